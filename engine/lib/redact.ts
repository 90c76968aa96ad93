const MASK = '***';

/** What a secret looks like in running text, and what stays of it. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)/g, `-----BEGIN $1PRIVATE KEY----- ${MASK}`],
  // Gatehouse's own tokens (engine/accounts/token-text.ts).
  [/\bgh[oacl]_[\w-]{20,}/g, MASK],
  [/\b(Bearer|Basic) +[\w.~+/=-]+/gi, `$1 ${MASK}`],
  // user:password@ of a URL.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${MASK}@`],
  // key=value and "key": "value" of anything that is called a secret.
  [
    /((?:password|passwd|passphrase|secret|token|api[-_]?key)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&"']+)/gi,
    `$1${MASK}`,
  ],
];

/** The text without what looks like a secret. A net under the rule that nobody logs one; it knows forms, not meanings. */
export function redact(text: string): string {
  return SECRETS.reduce((rest, [secret, kept]) => rest.replace(secret, kept), text);
}
