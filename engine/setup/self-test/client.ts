/** What the self-test does with a server, over any protocol. */
export type TestClient = {
  list(): Promise<readonly string[]>;
  put(name: string, content: Buffer): Promise<void>;
  get(name: string): Promise<Buffer>;
  remove(name: string): Promise<void>;
  /** Ends the connection; pending calls reject. Never rejects. */
  end(): Promise<void>;
};

export type Login = { readonly host: string; readonly port: number; readonly username: string; readonly password: string };

/**
 * Connects, checks that the server is ours, calls `onProven`, then signs in. Rejects with TestFailure, with the connection closed.
 */
export type OpenTestClient = (login: Login, onProven: () => void) => Promise<TestClient>;

/** Where a client came to grief. */
export class TestFailure extends Error {
  /** `unreachable`: no connection. `foreign`: another server answers. `refused`: name or password. `broken`: anything else. */
  readonly kind: 'unreachable' | 'foreign' | 'refused' | 'broken';

  constructor(kind: TestFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TestFailure';
    this.kind = kind;
  }
}

/** How long a client waits for one answer. */
export const ANSWER_WITHIN_MS = 10_000;

/** The words of a client's error. */
export function wordsOf(thrown: unknown): string {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return words.replace(/[\s.]+$/, '').slice(0, 200);
}
