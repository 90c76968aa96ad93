import { expect, test } from 'vitest';
import { csvLine } from '../../../engine/lib/csv.ts';

test.each([
  [['a', 1, true, null], 'a,1,true,'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"'],
  [['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'], "'=1+1,'+1,'-1,'@SUM(A1),'\t=1,\"'\r=1\""],
  [[-5, 'a=b', ''], '-5,a=b,'],
])('%j becomes %j', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`);
});
