import { it } from 'vitest';
import { fuzzLineReader } from './fuzz.ts';

it('the line reader keeps its promises for 400,000 hostile inputs', () => {
  for (let seed = 0; seed < 40; seed++) fuzzLineReader(seed, 10_000);
});
