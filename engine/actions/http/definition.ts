import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceOnly } from '../../contract/places.ts';
import { isReportPlaceholder } from '../../contract/report.ts';

/** Everything before the path, without a user name, a template or anything else that a value could change. */
const LITERAL_ORIGIN = /^https?:\/\/[^/?#@{}%<>\s]+(?=[/?#]|$)/i;

/** Scheme, host and port, which have to stand literally in the configuration; undefined where they do not. */
export function literalOrigin(url: string): string | undefined {
  return LITERAL_ORIGIN.exec(url)?.[0];
}

/** Whether the body is made of parts. */
export function hasForm({ parts, files }: { readonly parts: readonly unknown[]; readonly files: readonly unknown[] }): boolean {
  return parts.length + files.length > 0;
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

/** The content type of a part. */
const partType = field.template({ title: 'Content type', help: 'Empty: found from what it is.', more: true }).default('');

const part = z.strictObject({
  name: field.text({ title: 'Name' }).min(1, 'Give the part a name.'),
  value: field.longTemplate({ title: 'Text' }).default(''),
  contentType: partType,
});

const filePart = z.strictObject({
  name: field.text({ title: 'Name' }).min(1, 'Give the part a name.'),
  path: field.path({ title: 'File', help: "A virtual path in the user's tree." }),
  contentType: partType,
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
        .min(1, 'Enter the address.'),
      query: field
        .list(pair({ title: 'Value' }), { title: 'Query parameters', help: 'Added to the address, encoded.', more: true })
        .default([]),
      headers: field.list(header, { title: 'Headers', more: true }).default([]),
      username: field.template({ title: 'User name', help: 'For basic authentication.', more: true }).default(''),
      password: field.secret({ title: 'Password', more: true }).default(''),
      bearerToken: field.secret({ title: 'Bearer token', help: 'Instead of user name and password.', more: true }).default(''),
      body: field
        .longTemplate({
          title: 'Body',
          help: 'Not sent with GET. Use toJson for values inside JSON. {{.RetentionReports}} alone sends the reports of earlier retention checks as a zip file.',
        })
        .default(''),
      parts: field.list(part, { title: 'Form parts', help: 'Sent as multipart/form-data instead of a body.', more: true }).default([]),
      files: field
        .list(filePart, { title: 'Form files', help: 'Each is a part of the form with the content of a file.', more: true })
        .default([]),
      timeoutSeconds: field
        .number({ title: 'Timeout in seconds', help: 'From the first byte to the last.', min: 1, max: 180, more: true })
        .default(20),
      templatesInHost: field
        .switch({
          title: 'Templates in scheme and host',
          help: 'Values may then decide which server gets the request, with its secrets.',
          more: true,
        })
        .default(false),
      idempotent: field
        .switch({ title: 'May be sent twice', help: 'After a crash in the middle of the call it is sent again.', more: true })
        .default(false),
      allowInvalidCertificate: field
        .switch({ title: 'Accept any certificate', help: 'Only for servers inside the office.', more: true })
        .default(false),
      ...sourceOnly,
    })
    .refine((config) => config.templatesInHost || literalOrigin(config.url) !== undefined, {
      error: 'Write scheme and host out, such as https://example.com/path, without a user name or a template in them.',
      path: ['url'],
    })
    .refine((config) => !hasForm(config) || config.body === '', { error: 'Send either a body or parts of a form.', path: ['body'] })
    .refine((config) => !hasForm(config) || config.method !== 'GET', {
      error: 'GET sends no body, so it cannot send parts.',
      path: ['method'],
    })
    .refine((config) => !hasForm(config) || !config.headers.some(({ name }) => name.toLowerCase() === 'content-type'), {
      error: 'With parts of a form the content type is given: remove it from the headers.',
      path: ['headers'],
    })
    .refine((config) => new Set(config.files.map(({ path }) => path)).size === config.files.length, {
      error: 'The same file is named twice.',
      path: ['files'],
    })
    .refine((config) => config.bearerToken === '' || config.username === '', {
      error: 'Choose either a user name or a bearer token.',
      path: ['bearerToken'],
    }),
  repeatSafe: (config) => config.idempotent,
  needsUser: (config) => beginsInTree(config) && config.files.some(({ path }) => !isReportPlaceholder(path)),
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) => `${config.method} ${config.url}`,
});
