import { it } from 'vitest';
import { fuzzConversation } from './fuzz.ts';

it('answers every readable request once and ends everything it opened, whatever comes (10,000 seeds)', async () => {
  for (let seed = 1000; seed < 11_000; seed++) await fuzzConversation(seed, 150);
});
