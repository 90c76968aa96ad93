import { it } from 'vitest';
import { fuzzSessions } from './session-fuzz.ts';

it.each(Array.from({ length: 50 }, (_, seed) => seed))(
  'keeps its promises to clients that send anything in any order (seed %i: 6 clients, 300 actions)',
  (seed) => fuzzSessions(seed, 6, 50),
);
