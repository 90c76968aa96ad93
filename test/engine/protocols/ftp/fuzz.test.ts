import { it } from 'vitest';
import { fuzzLineReader } from './fuzz.ts';

it('the line reader keeps its promises for 1,500 hostile inputs', () => {
  fuzzLineReader(20261121, 1500);
});
