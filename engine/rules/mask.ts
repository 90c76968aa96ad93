/** What stands in place of a secret wherever a person may read. */
export const MASKED = '•••';

/** Shorter pieces at the edge of a cut text are no longer a secret anybody could use. */
const MIN_PIECE = 4;

/** Hides the secrets of one step in everything that the trace, the log or an error shows. */
export type Mask = {
  add(secret: string): void;
  text(text: string): string;
  /** The same value with every text in it masked, and cut to `limit` characters where one is given. */
  json<T>(value: T, limit?: number): T;
};

/** A mask that knows the given secrets, also in their encoded forms. */
export function createMask(): Mask {
  const secrets = new Set<string>();
  let ordered: string[] = [];

  function text(value: string): string {
    let masked = value;
    for (const secret of ordered) masked = masked.replaceAll(secret, MASKED);
    for (const secret of ordered) masked = maskEdges(masked, secret);
    return masked;
  }

  function json<T>(value: T, limit?: number): T {
    return JSON.parse(JSON.stringify(value), (_key, item: unknown) => (typeof item === 'string' ? cut(text(item), limit) : item)) as T;
  }

  return {
    add(secret) {
      if (secret === '') return;
      for (const form of [
        secret,
        encodeForm(secret),
        JSON.stringify(secret).slice(1, -1),
        base64(secret),
        base64(secret).replace(/=+$/, ''),
      ])
        secrets.add(form);
      // The longest first, so that no form leaves a part of a longer one standing.
      ordered = [...secrets].sort((a, b) => b.length - a.length);
    },
    text,
    json,
  };
}

/** Output is kept from its end and answers from their beginning, so a cut may go through a secret. */
function maskEdges(text: string, secret: string): string {
  for (let length = Math.min(secret.length - 1, text.length); length >= MIN_PIECE; length--) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + MASKED;
    if (text.startsWith(secret.slice(-length))) return MASKED + text.slice(length);
  }
  return text;
}

function encodeForm(secret: string): string {
  // A lone surrogate cannot be encoded; such a secret has no encoded form either.
  return secret.isWellFormed() ? encodeURIComponent(secret) : secret;
}

function base64(secret: string): string {
  return Buffer.from(secret).toString('base64');
}

function cut(text: string, limit: number | undefined): string {
  return limit !== undefined && text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
}
