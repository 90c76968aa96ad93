/**
 * Hears of a session that bears no more what was granted to it: it is `over`, or what it may do has `changed`. What is still being told to it
 * stops with that.
 */
export type SessionEnd = (sessionId: number, why: 'over' | 'changed') => void;
