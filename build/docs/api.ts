import { z } from 'zod';
import { ERROR_CODES } from '../../engine/contract/errors.ts';
import { rpc } from '../../engine/contract/rpc.ts';
import { code, GENERATED, table } from './markdown.ts';
import { fieldRows, toJsonSchema, typeText } from './schema-text.ts';

/** docs/api.md, from the one table of methods. */
export function apiDocs(): string {
  return `${GENERATED}
# API

Every method is called by \`POST /rpc/<method>\` on the loopback address, with a JSON body and the header
\`Authorization: Bearer <token>\`, or by \`gatehouse call <method> '<json>'\`. The answer is one of

\`\`\`json
{"ok":true,"value":…}
{"ok":false,"error":{"code":"invalid_input","kind":"user","message":"…","field":"username","retryable":false}}
\`\`\`

The HTTP status follows from the code; programs read the code. \`GET /health\` answers \`{"ok":true,"value":{"status":"ok"}}\`.
\`GET /events/stream\` is a stream of server-sent events (needs \`events.read\`): \`event: events\` with
\`{"kind":"events","previousSeq":N,"events":[…]}\` and the newest id as \`id:\`; with the header \`Last-Event-ID: N\` it begins with
everything after N. It may be cut off at any time: come back with the last id. Requests may hold 8 MiB. Requests whose Host is not the
server's own address, or whose Origin is another page, are refused.

An administrator with a role, and a token that such a one made, may call only what is marked with \*, and sees and changes only what belongs
to the accounts of this role; so it is with the stream and with \`/api/event\`.

| Method | Permission | |
| --- | --- | --- |
${Object.entries(rpc)
  .map(([name, spec]) => {
    const mark = 'withinRole' in spec ? ' \\*' : '';
    return `| [${name}](#${name.replace('.', '')})${mark} | ${code(spec.permission)} | ${spec.title} |`;
  })
  .join('\n')}

${Object.entries(rpc)
  .map(([name, spec]) => method(name, spec))
  .join('\n\n')}

## Error codes

Kinds: \`user\` (correct the call), \`world\` (something outside failed; trying again may help), \`ours\` (a defect of Gatehouse).

${table(
  ['Code', 'Kind', 'HTTP', 'Words'],
  Object.entries(ERROR_CODES).map(([name, { kind, http, text }]) => [code(name), kind, String(http), text]),
)}
`;
}

type Spec = {
  readonly kind: string;
  readonly permission: string;
  readonly title: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
};

function method(name: string, { kind, permission, title, input, output }: Spec): string {
  return `## ${name}

${title}. A ${kind}; needs ${code(permission)}.

**Input**${inputTable(input)}

**Answer**${outputTable(output)}`;
}

function inputTable(schema: z.ZodType): string {
  const rows = fieldRows(toJsonSchema(schema, 'input'));
  if (rows.length === 0)
    return `: ${schema instanceof z.ZodRecord ? 'sections of the settings by name, each with any of its keys' : 'nothing'}.`;
  return `\n\n${table(
    ['Field', 'Type', '', 'Default', 'Meaning'],
    rows.map(({ path, type, required, fallback, meaning }) => [code(path), type, required ? 'required' : '', code(fallback), meaning]),
  )}`;
}

function outputTable(schema: z.ZodType): string {
  const json = toJsonSchema(schema, 'output');
  const rows = fieldRows(json);
  return `: ${typeText(json)}\n\n${table(
    ['Field', 'Type', 'Meaning'],
    rows.map(({ path, type, meaning }) => [code(path), type, meaning]),
  )}`;
}
