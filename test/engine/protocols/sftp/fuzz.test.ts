import { it } from 'vitest';
import { fuzzConversation } from './fuzz.ts';

it('answers every readable request once and ends everything it opened, whatever comes (200 seeds)', async () => {
  for (let seed = 1; seed <= 200; seed++) await fuzzConversation(seed, 60);
});
