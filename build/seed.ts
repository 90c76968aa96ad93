import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Input, Method, Output } from '../engine/contract/rpc.ts';
import { createEngine } from '../engine/index.ts';
import { systemClock } from '../engine/lib/clock.ts';
import { API_PERMISSIONS } from '../engine/contract/method.ts';
import { seedEvents } from './seed-events.ts';

/** `npm run seed -- --data DIR`: a data folder with 3 accounts, 6 rules and 2,000 events over 30 days, for development and screenshots. */
const { values } = parseArgs({
  options: { data: { type: 'string', default: '.cache/seed' }, events: { type: 'string', default: '2000' } },
});
const dataFolder = resolve(values.data);
mkdirSync(dataFolder, { recursive: true });

const engine = await createEngine({ dataFolder });
const caller = {
  kind: 'owner',
  permissions: new Set(API_PERMISSIONS),
  role: null,
  sessionId: null,
  origin: 'system',
  address: null,
  protocol: null,
  client: 'seed',
} as const;

async function call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>> {
  const envelope = await engine.dispatch(method, input, caller);
  if (!envelope.ok) throw new Error(`${method}: ${envelope.error.message}`);
  return envelope.value as Output<M>;
}

const ACCOUNTS = [
  { username: 'acme', displayName: 'Acme Ltd', email: 'it@acme.example' },
  { username: 'bolt', displayName: 'Bolt & Sons', email: 'office@bolt.example' },
  { username: 'crown', displayName: 'Crown Print', email: 'press@crown.example' },
];
const mail = (subject: string) => ({
  action: 'email',
  config: { to: ['office@example.com'], subject, text: '{{.VirtualPath}} ({{humanizeBytes .FileSize}})' },
});
const hook = {
  action: 'http',
  config: { method: 'POST', url: 'https://hooks.example.com/gatehouse', body: '{"path": {{toJson .VirtualPath}}}' },
};
const RULES: Input<'rules.save'>[] = [
  { name: 'Tell the office about uploads', triggers: ['upload'], steps: [mail('{{.Name}} sent {{.ObjectName}}')] },
  { name: 'Call the ERP for invoices', triggers: ['upload'], conditions: { names: [{ pattern: '*.pdf' }] }, steps: [hook] },
  {
    name: 'Announce large downloads',
    triggers: ['download'],
    conditions: { minSize: 10_000_000 },
    steps: [mail('{{.Name}} fetched {{.ObjectName}}')],
  },
  { name: 'Note deletions', triggers: ['delete'], steps: [mail('{{.Name}} deleted {{.ObjectName}}')] },
  { name: 'Morning call', triggers: ['schedule'], schedule: { cron: ['0 7 * * 1-5'], zone: 'Europe/Berlin' }, steps: [hook] },
  { name: 'Try the hook', triggers: ['on-demand'], enabled: false, steps: [hook] },
];

const known = new Set((await call('rules.list', {})).map((rule) => rule.name));
for (const account of ACCOUNTS) await call('accounts.save', { ...account, password: `${account.username}-password` });
// The rules come after the events, or each event would start a run against servers that do not exist.
await seedEvents(engine.events, ACCOUNTS, Number(values.events), systemClock.now());
for (const rule of RULES) if (!known.has(rule.name)) await call('rules.save', rule);
await engine.stop(0);
process.stdout.write(
  `${dataFolder}: ${String(ACCOUNTS.length)} accounts (password: <name>-password), ${String(RULES.length)} rules, ${values.events} events\n`,
);
