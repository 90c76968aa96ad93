import { expect, test } from 'vitest';
import { newToken, TOKEN_PREFIXES } from '../../../engine/accounts/token-text.ts';
import { redact } from '../../../engine/lib/redact.ts';

test.each([
  ['a bearer', 'authorization: Bearer abc.DEF-123_~+/=', 'authorization: Bearer ***'],
  ['basic', 'Authorization: basic dXNlcjpwYXNz', 'Authorization: basic ***'],
  ['a password in a URL', 'sftp://acme:s3cret@files.example/in', 'sftp://acme:***@files.example/in'],
  ['a password with a query', 'https://x/?user=a&password=hunter2&n=1', 'https://x/?user=a&password=***&n=1'],
  ['JSON', '{"password":"a \\"b","apiKey":"x","n":1}', '{"password":***,"apiKey":***,"n":1}'],
  ['words', "passphrase = 'open sesame', then", 'passphrase = ***, then'],
  [
    'a private key',
    'a\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\nz',
    'a\n-----BEGIN OPENSSH PRIVATE KEY----- ***\nz',
  ],
  ['the beginning of a private key', '-----BEGIN PRIVATE KEY-----\nMIIE', '-----BEGIN PRIVATE KEY----- ***'],
])('%s is masked', (_, text, kept) => {
  expect(redact(text)).toBe(kept);
});

test.each(Object.keys(TOKEN_PREFIXES) as (keyof typeof TOKEN_PREFIXES)[])('a token of the kind %s is masked wherever it stands', (kind) => {
  const token = newToken(kind);
  expect(redact(`opened http://127.0.0.1:1/#token=${token}; again "${token}".`)).not.toContain(token.slice(4));
});

test.each([
  'user acme signed in from 192.0.2.1',
  'http://127.0.0.1:8590/#/activity',
  'a@b.example',
  'port 2022: in use',
  'path=/in/token.pdf',
])('what is no secret stays: %s', (text) => expect(redact(text)).toBe(text));
