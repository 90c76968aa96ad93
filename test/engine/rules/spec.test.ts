import { expect, test } from 'vitest';
import { RECORD_KINDS } from '../../../engine/contract/event.ts';
import { RULE_PRESETS } from '../../../engine/contract/rule-presets.ts';
import { conditionsSchema, ruleInputSchema } from '../../../engine/contract/rule.ts';
import { TRIGGERS } from '../../../engine/rules/triggers.ts';
import { BY, startRules } from '../../helpers/rules.ts';

/**
 * What rules are made of, by name: a trigger, condition, preset or timing that is taken away fails here, one that is added has to be named.
 * What each of them does stands in test/fixtures/rules, and in the tests beside this one.
 */

/** Trigger, its group, the `.Event` that templates see. */
const NAMED: readonly (readonly [trigger: string, group: string, event: string])[] = [
  ['upload', 'files', 'upload'],
  ['first-upload', 'files', 'first-upload'],
  ['pre-upload', 'files', 'pre-upload'],
  ['download', 'files', 'download'],
  ['first-download', 'files', 'first-download'],
  ['pre-download', 'files', 'pre-download'],
  ['delete', 'files', 'delete'],
  ['pre-delete', 'files', 'pre-delete'],
  ['rename', 'files', 'rename'],
  ['mkdir', 'files', 'mkdir'],
  ['rmdir', 'files', 'rmdir'],
  ['copy', 'files', 'copy'],
  ['ssh_cmd', 'files', 'ssh_cmd'],
  ['error', 'files', 'error'],
  ['pre-login', 'sessions', 'pre-login'],
  ['connect', 'sessions', 'connect'],
  ['disconnect', 'sessions', 'disconnect'],
  ['login-failed', 'sessions', 'login-failed'],
  ['record-add', 'records', 'add'],
  ['record-update', 'records', 'update'],
  ['record-delete', 'records', 'delete'],
  ['share', 'partner', 'share'],
  ['disclaimer', 'partner', 'disclaimer'],
  ['site-command', 'partner', 'site'],
  ['custom', 'partner', 'custom'],
  ['problem', 'partner', 'problem'],
  ['ip-blocked', 'security', 'IP Blocked'],
  ['certificate', 'security', 'Certificate renewal'],
  ['idp-login', 'security', 'IDP login'],
  ['idp-login-user', 'security', 'IDP login user'],
  ['idp-login-admin', 'security', 'IDP login admin'],
  ['schedule', 'time', 'Schedule'],
  ['on-demand', 'by-hand', 'On demand'],
  ['file-overdue', 'watch', 'file-overdue'],
  ['quota-threshold', 'watch', 'quota-threshold'],
  ['disk-threshold', 'watch', 'disk-threshold'],
];

test.each(NAMED)('the trigger %s', (id, group, eventName) => {
  const found: Record<string, { readonly group: string; readonly eventName: string }> = TRIGGERS;
  expect(found[id]).toMatchObject({ group, eventName });
});

test('no trigger is unnamed here', () => {
  const named = new Set(NAMED.map(([id]) => id));
  expect(Object.keys(TRIGGERS).filter((id) => !named.has(id))).toEqual([]);
});

test.each([
  'users',
  'userGroups',
  'roles',
  'paths',
  'targetPaths',
  'realPaths',
  'names',
  'minSize',
  'maxSize',
  'protocols',
  'addresses',
  'outcomes',
  'records',
  'time',
  'groups',
])('the condition %s', (condition) => expect(Object.keys(conditionsSchema.shape)).toContain(condition));

test.each([
  'upload-anywhere',
  'download-anywhere',
  'upload-below',
  'download-below',
  'delete-below',
  'rename-below',
  'mkdir-below',
  'activity-in-storage',
] as const)('the preset %s makes a rule that is complete', async (preset) => {
  const engine = await startRules({ start: false });
  const rule = await engine.rules.save(
    ruleInputSchema.parse({
      name: preset,
      ...RULE_PRESETS[preset].start('/in'),
      steps: [{ action: 'set-variable', config: { name: 'seen', value: '{{.VirtualPath}}' } }],
    }),
    BY,
  );
  expect(rule.problems).toEqual([]);
});

test('every timing and every way of asynchrony can be chosen for what partners do', async () => {
  const engine = await startRules({ start: false });
  for (const per of ['event', 'session', 'all-sessions', 'batch', 'quiet', 'digest'] as const) {
    for (const asynchronous of [true, false, 'auto'] as const) {
      const rule = await engine.save({
        triggers: ['upload'],
        timing: { per },
        asynchronous,
        steps: [{ action: 'set-variable', config: { name: 'count', value: '{{.Count}}' } }],
      });
      expect([per, rule.problems]).toEqual([per, []]);
    }
  }
});

test('records of every kind set off the triggers on records, by whom and on what', async () => {
  const engine = await startRules();
  const alice = engine.account('alice');
  const steps = [{ action: 'set-variable', config: { name: 'seen', value: '{{.Event}} {{.ObjectType}} {{.ObjectName}} by {{.Name}}' } }];
  await engine.save({
    triggers: ['record-add', 'record-update', 'record-delete'],
    conditions: { users: [{ pattern: 'alice' }], names: [{ pattern: 'x*' }], records: [...RECORD_KINDS] },
    steps,
  });
  const actor = {
    sessionId: null,
    userId: alice.id,
    userName: 'alice',
    ip: null,
    protocol: null,
    client: null,
    origin: 'console',
    causedBy: null,
  } as const;
  for (const type of RECORD_KINDS) {
    const object = { schema: 'BASE', type } as const;
    await engine.events.record({ type: 'OBJECT_INSERT', info: { operation: 'create', new: 'x' }, actor, object, objectId: 1 });
    await engine.events.record({ type: 'OBJECT_DELETE', info: { operation: 'delete', old: 'y' }, actor, object, objectId: 1 });
  }
  const runs = await engine.allRested();
  expect(runs.map(({ steps: [step] }) => step?.detail?.['value'])).toEqual(RECORD_KINDS.map((kind) => `add ${kind} x by alice`));
});
