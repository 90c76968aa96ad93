import { it } from 'vitest';
import { fuzzSessions } from './session-fuzz.ts';

it('keeps its promises to clients that send anything in any order (4 clients, 100 actions)', () => fuzzSessions(20_261_130, 4, 25));
