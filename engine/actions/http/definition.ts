import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

/** Everything before the path, without a user name, a template or anything else that a value could change. */
const LITERAL_ORIGIN = /^https?:\/\/[^/?#@{}%<>\s]+(?=[/?#]|$)/i;

/** Scheme, host and port, which have to stand literally in the configuration; undefined where they do not. */
export function literalOrigin(url: string): string | undefined {
  return LITERAL_ORIGIN.exec(url)?.[0];
}

const pair = (described: { title: string; help?: string }) =>
  z.strictObject({
    name: field.text({ title: 'Name' }).min(1, 'Give it a name.'),
    value: field.template(described).default(''),
  });

const header = pair({ title: 'Value' }).extend({
  name: field.text({ title: 'Name' }).regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'A header name is one word, such as X-Request-Id.'),
  secret: field.secret({ title: 'Secret value', help: 'Sent instead of the value; kept sealed and never shown.', more: true }).default(''),
});

export const http = defineAction({
  title: 'HTTP notification',
  icon: 'globe',
  description: 'Calls an address on the web or in the office network. An answer of 200 to 299 is a success.',
  config: z
    .strictObject({
      method: field.select(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], { title: 'Method' }).default('POST'),
      url: field
        .template({ title: 'Address', help: 'Scheme and host are written out; templates may stand in the path and the query.' })
        .min(1, 'Enter the address.')
        .refine((url) => literalOrigin(url) !== undefined, {
          error: 'Write scheme and host out, such as https://example.com/path, without a user name or a template in them.',
        }),
      query: field
        .list(pair({ title: 'Value' }), { title: 'Query parameters', help: 'Added to the address, encoded.', more: true })
        .default([]),
      headers: field.list(header, { title: 'Headers', more: true }).default([]),
      username: field.template({ title: 'User name', help: 'For basic authentication.', more: true }).default(''),
      password: field.secret({ title: 'Password', more: true }).default(''),
      bearerToken: field.secret({ title: 'Bearer token', help: 'Instead of user name and password.', more: true }).default(''),
      body: field.longTemplate({ title: 'Body', help: 'Not sent with GET. Use toJson for values inside JSON.' }).default(''),
      timeoutSeconds: field
        .number({ title: 'Timeout in seconds', help: 'From the first byte to the last.', min: 1, max: 180, more: true })
        .default(20),
      idempotent: field
        .switch({ title: 'May be sent twice', help: 'After a crash in the middle of the call it is sent again.', more: true })
        .default(false),
      allowInvalidCertificate: field
        .switch({ title: 'Accept any certificate', help: 'Only for servers inside the office.', more: true })
        .default(false),
    })
    .refine((config) => config.bearerToken === '' || config.username === '', {
      error: 'Choose either a user name or a bearer token.',
      path: ['bearerToken'],
    }),
  repeatSafe: (config) => config.idempotent,
  needsUser: () => false,
  summarize: (config) => `${config.method} ${config.url}`,
});
