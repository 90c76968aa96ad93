import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import type { Rule } from '../../../engine/contract/rule.ts';
import type { RunStepRow } from '../../../engine/store/runs-table.ts';
import { BY, type RuleLike, startRules, type TestRules } from '../../helpers/rules.ts';
import { get, names, put } from '../../helpers/vfs.ts';

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

/** A step that calls a path of the hook server with the name of the file; the client waits for it. */
const call = (url: string, path = '/', more: Partial<RuleLike['steps'][number]> = {}): RuleLike['steps'][number] => ({
  action: 'http',
  config: { method: 'POST', url: `${url}${path}`, body: '{{.VirtualPath}}|{{.ObjectName}}|{{.FileSize}}|{{.Errors}}' },
  sync: true,
  ...more,
});

/** How each step of each run ended, by rule, oldest first. */
const ends = async (test: TestRules): Promise<string[]> =>
  (await test.allRested()).map(({ ruleName, trigger, state, eventId, steps }) => {
    const shown = steps.map((step) => `${step.name} ${step.state}`).join(', ');
    return `${ruleName} ${trigger} ${state}${eventId === null ? '' : ' on its event'}: ${shown}`;
  });

describe('before an operation', () => {
  it('asks first, in the order of the rules, and refuses for all kinds in the same words', async () => {
    const hook = await startHookServer([200, 200, 500, 500, 500]);
    const test = await startRules();
    await test.save({ name: 'One', triggers: ['pre-upload', 'pre-download', 'pre-delete'], steps: [call(hook.url, '/one')] });
    await test.save({ name: 'Two', triggers: ['pre-upload'], steps: [call(hook.url, '/two')] });
    const session = await test.login(test.account('acme'));
    await put(session, '/a.txt', 'content');
    await expect(put(session, '/b.txt', 'x')).rejects.toThrow(refused('refused_by_rule'));
    await expect(get(session, '/a.txt')).rejects.toThrow(refused('refused_by_rule'));
    await expect(session.remove('/a.txt')).rejects.toThrow('A rule of this server refused the operation.');
    expect(hook.got).toEqual(['POST /one', 'POST /two', 'POST /one', 'POST /one', 'POST /one']);
    expect(hook.bodies.map((body) => body.split('|').slice(0, 3).join(' '))).toEqual([
      '/a.txt a.txt 0',
      '/a.txt a.txt 0',
      '/b.txt b.txt 0',
      '/a.txt a.txt 7',
      '/a.txt a.txt 7',
    ]);
    expect(await names(session, '/')).toEqual(['a.txt']);
    expect(
      (await test.recorded('TRANSFER_FAILED', 'RESOURCE_NOT_AVAILABLE')).map(
        ({ type, path, outcome }) => `${type} ${String(path)} ${outcome}`,
      ),
    ).toEqual(['TRANSFER_FAILED /b.txt denied', 'TRANSFER_FAILED /a.txt denied', 'RESOURCE_NOT_AVAILABLE /a.txt denied']);
    expect((await test.recorded('TRANSFER_FAILED'))[0]?.info['reason']).toContain('the rule "One" refused it');
    expect(await ends(test)).toEqual([
      'One pre-upload done: http done',
      'Two pre-upload done: http done',
      'One pre-upload failed: http failed',
      'One pre-download failed: http failed',
      'One pre-delete failed: http failed',
    ]);
  });

  it('goes by conditions, leaves alone what rules do themselves, and knows the size of what is replaced', async () => {
    const hook = await startHookServer([500]);
    const test = await startRules();
    await test.save({ name: 'No overwrites', triggers: ['pre-upload'], conditions: { minSize: 1 }, steps: [call(hook.url)] });
    const acme = test.account('acme');
    const session = await test.login(acme);
    await put(session, '/a.txt', 'first');
    await expect(put(session, '/a.txt', 'second')).rejects.toThrow(refused('refused_by_rule'));
    const rule = await test.login(acme, { origin: 'rule', causedBy: null });
    await put(rule, '/a.txt', 'by a rule');
    expect(await get(session, '/a.txt')).toBe('by a rule');
    expect(hook.got).toHaveLength(1);
  });

  it('serve another file: the rule names what a download gets, and a file that was moved away counts as deleted', async () => {
    const test = await startRules();
    await test.save({
      name: 'Converted',
      triggers: ['pre-download'],
      conditions: { names: [{ pattern: '*.txt' }] },
      steps: [{ action: 'serve-file', config: { path: '/converted/{{.ObjectName}}.pdf' }, sync: true }],
    });
    await test.save({
      name: 'Trash',
      triggers: ['pre-delete'],
      steps: [{ action: 'rename', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/trash/{{.ObjectName}}' }] }, sync: true }],
    });
    const account = test.account('acme');
    const session = await test.login(account);
    await session.mkdir('/converted');
    await put(session, '/a.txt', 'text');
    await put(session, '/converted/a.txt.pdf', 'the pdf');
    expect(await get(session, '/a.txt')).toBe('the pdf');
    await expect(get(session, '/b.txt')).rejects.toThrow(refused('refused_by_rule'));
    await session.remove('/a.txt');
    expect([await names(session, '/'), await names(session, '/trash')]).toEqual([['converted', 'trash'], ['a.txt']]);
    // It still takes its room.
    expect(test.store.tables.usage.get(account.id)).toEqual({ bytes: 11, files: 2 });
    expect((await test.recorded('OBJECT_DELETE')).map((event) => event.path)).toEqual(['/a.txt']);
    expect((await test.recorded('ASSET_DOWNLOAD')).map((event) => event.path)).toEqual(['/a.txt']);
  });
});

describe('before an upload is published', () => {
  it('sees the hidden file under its name, and only then the others run, in the same run', async () => {
    const hook = await startHookServer();
    const test = await startRules();
    await test.save({
      name: 'Scan',
      triggers: ['upload'],
      steps: [
        call(hook.url, '/later', { sync: false }),
        { action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/seen/{{.ObjectName}}' }] }, sync: true },
        call(hook.url, '/first'),
      ],
    });
    const session = await test.login(test.account('acme'));
    await put(session, '/a.txt', 'content');
    expect(readFileSync(join(test.exchange, 'acme', 'seen', 'a.txt'), 'utf8')).toBe('content');
    expect(await ends(test)).toEqual(['Scan upload done on its event: http done, copy done, http done']);
    expect(hook.got).toEqual(['POST /first', 'POST /later']);
    const [run] = await test.allRested();
    expect((await test.recorded('OBJECT_INSERT')).map((event) => event._id)).toContain(run?.eventId);
    expect(test.rules.considered(run?.eventId ?? 0)).toMatchObject([{ verdict: 'ran', runIds: [run?.id] }]);
  });

  it('leaves what a refused file set off to that file: a later one, whose hidden file bears the same number, releases nothing of it', async () => {
    const scanner = await startHookServer([500, 200]);
    const alarm = await startHookServer();
    const test = await startRules();
    await test.save({
      name: 'Scan',
      triggers: ['upload'],
      steps: [
        call(scanner.url, '/scan'),
        call(alarm.url, '/stored', { sync: false }),
        call(alarm.url, '/alarm', { sync: false, failureAction: true }),
      ],
    });
    const session = await test.login(test.account('acme'));
    alarm.holdNext();
    await expect(put(session, '/bad.txt', 'x')).rejects.toThrow(refused('refused_by_rule'));
    await eventually(() => expect(alarm.got).toEqual(['POST /alarm']));
    await put(session, '/good.txt', 'x');
    alarm.release();
    expect(await ends(test)).toEqual([
      'Scan upload failed: http failed, http skipped, http done',
      'Scan upload done on its event: http done, http done, http skipped',
    ]);
    expect(alarm.bodies.map((body) => body.split('|')[0])).toEqual(['/bad.txt', '/good.txt']);
  });

  it('discards a file that is refused: the old version stays, nothing after it runs but failure actions, which see the errors', async () => {
    const hook = await startHookServer([200, 500, 200]);
    const test = await startRules();
    await test.save({
      name: 'Passes',
      triggers: ['upload'],
      steps: [call(hook.url, '/passes'), call(hook.url, '/never', { sync: false })],
    });
    await test.save({
      name: 'Refuses',
      triggers: ['upload'],
      conditions: { names: [{ pattern: 'b*' }] },
      steps: [
        call(hook.url, '/refuses'),
        call(hook.url, '/never', { sync: false }),
        call(hook.url, '/rescue', { sync: false, failureAction: true }),
      ],
    });
    await test.save({ name: 'Plain', triggers: ['upload'], steps: [call(hook.url, '/never', { sync: false })] });
    const account = test.account('acme');
    const rule = await test.login(account, { origin: 'rule', causedBy: null });
    await put(rule, '/b.txt', 'old');
    const session = await test.login(account);
    await expect(put(session, '/b.txt', 'new')).rejects.toThrow(refused('refused_by_rule'));
    expect(await get(rule, '/b.txt')).toBe('old');
    expect(readdirSync(join(test.exchange, 'acme'))).toEqual(['b.txt']);
    expect(await test.recorded('TRANSFER_FAILED')).toMatchObject([{ path: '/b.txt', outcome: 'denied', info: { direction: 'upload' } }]);
    expect(await ends(test)).toEqual([
      'Passes upload done: http done, http skipped',
      'Refuses upload failed: http failed, http skipped, http done',
    ]);
    expect(hook.got).toEqual(['POST /passes', 'POST /refuses', 'POST /rescue']);
    expect(hook.bodies.at(-1)).toContain('action "http" failed');
    const failed = (await test.rules.runs({ limit: 10, state: 'failed' }))[0];
    await expect(test.rules.retry(failed?.id ?? 0, BY)).rejects.toThrow(refused('conflict'));
  });

  it('lets a rule move the file into quarantine, or delete it, which refuses it', async () => {
    const test = await startRules();
    const quarantine = await test.save({
      name: 'Quarantine',
      triggers: ['upload'],
      steps: [{ action: 'rename', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/quarantine/{{.ObjectName}}' }] }, sync: true }],
    });
    const session = await test.login(test.account('acme'));
    await expect(put(session, '/a.txt', 'virus')).rejects.toThrow('took the file away');
    expect([await names(session, '/'), await names(session, '/quarantine')]).toEqual([['quarantine'], ['a.txt']]);
    await test.rules.delete(quarantine.id, BY);
    await test.save({
      name: 'Delete',
      triggers: ['upload'],
      steps: [{ action: 'delete', config: { paths: ['{{.VirtualPath}}'] }, sync: true }],
    });
    await expect(put(session, '/b.txt', 'virus')).rejects.toThrow('took the file away');
    expect(readdirSync(join(test.exchange, 'acme'))).toEqual(['quarantine']);
    expect(await ends(test)).toEqual(['Quarantine upload done: rename done', 'Delete upload done: delete done']);
    expect(await test.recorded('TRANSFER_FAILED')).toMatchObject([{ outcome: 'denied' }, { outcome: 'denied' }]);
  });

  it('stops what follows in both phases where an action says so; else the later ones are done and the answer stays no', async () => {
    const hook = await startHookServer([500, 200, 500]);
    const test = await startRules();
    const steps = (stopOnFailure: boolean): RuleLike['steps'] => [
      call(hook.url, '/a', { stopOnFailure }),
      call(hook.url, '/b'),
      call(hook.url, '/c', { sync: false }),
    ];
    const going = await test.save({ name: 'Going on', triggers: ['pre-upload'], steps: steps(false) });
    const session = await test.login(test.account('acme'));
    await expect(put(session, '/a.txt', 'x')).rejects.toThrow(refused('refused_by_rule'));
    await test.allRested();
    await test.rules.delete(going.id, BY);
    await test.save({ name: 'Stopping', triggers: ['pre-upload'], steps: steps(true) });
    await expect(put(session, '/a.txt', 'x')).rejects.toThrow(refused('refused_by_rule'));
    expect(await ends(test)).toEqual([
      'Going on pre-upload partly: http failed, http done, http failed',
      'Stopping pre-upload failed: http failed, http skipped, http skipped',
    ]);
  });
});

describe('the time that a client waits', () => {
  it.each(['refuse', 'allow'] as const)('is over: %s', async (syncTimeout) => {
    const hook = await startHookServer();
    const test = await startRules();
    Object.assign(test.settings.rules, { syncSeconds: 1, syncTimeout });
    await test.save({
      name: 'Slow',
      triggers: ['upload'],
      steps: [call(hook.url, '/slow'), call(hook.url, '/rest'), call(hook.url, '/later', { sync: false })],
    });
    await test.save({ name: 'Next', triggers: ['upload'], steps: [call(hook.url, '/next')] });
    const session = await test.login(test.account('acme'));
    hook.holdNext();
    const uploading = put(session, '/a.txt', 'content');
    if (syncTimeout === 'refuse') await expect(uploading).rejects.toThrow('It took too long to check this.');
    else await uploading;
    hook.release();
    expect(existsSync(join(test.exchange, 'acme', 'a.txt'))).toBe(syncTimeout === 'allow');
    expect(await ends(test)).toEqual(
      syncTimeout === 'refuse'
        ? ['Slow upload failed: http failed, http failed, http skipped']
        : ['Slow upload partly on its event: http failed, http done, http done', 'Next upload done on its event: http done'],
    );
    const [slow] = await test.allRested();
    expect(slow?.steps[0]?.error).toBe('The client had to wait for more than 1 s, so this was stopped.');
    expect(hook.got).toEqual(syncTimeout === 'refuse' ? ['POST /slow'] : ['POST /slow', 'POST /rest', 'POST /later', 'POST /next']);
  });

  it('is over: what was refused is not tried again afterwards, not by its retries and not by hand; what came after it is', async () => {
    const hook = await startHookServer([200, 500, 200]);
    const test = await startRules();
    Object.assign(test.settings.rules, { syncSeconds: 1 });
    const saved = await test.save({
      name: 'Trash',
      triggers: ['pre-delete'],
      steps: [call(hook.url, '/slow', { retries: 3 }), call(hook.url, '/later', { sync: false })],
    });
    expect(saved.warnings).toEqual([
      {
        field: 'steps.0.timeoutSeconds',
        message: expect.stringContaining('clients wait 1 s for all rules of one operation') as string,
      },
    ]);
    const session = await test.login(test.account('acme'));
    await put(session, '/a.txt', 'content');
    hook.holdNext();
    await expect(session.remove('/a.txt')).rejects.toThrow('It took too long to check this.');
    hook.release();
    expect(await ends(test)).toEqual(['Trash pre-delete failed: http failed, http failed']);
    const [run] = await test.allRested();
    await test.rules.retry(run?.id ?? 0, BY);
    expect(await ends(test)).toEqual(['Trash pre-delete partly: http failed, http failed, http done']);
    await expect(test.rules.retry(run?.id ?? 0, BY)).rejects.toThrow(refused('conflict'));
    expect(hook.got).toEqual(['POST /slow', 'POST /later', 'POST /later']);
  });
});

it('warns of actions that may take longer than clients wait, and only of those', async () => {
  const test = await startRules();
  test.settings.rules.syncSeconds = 12;
  const variable = { action: 'set-variable', config: { name: 'x', value: '1' } };
  const http = (timeoutSeconds?: number) => ({ action: 'http', config: { url: 'http://example.com/', timeoutSeconds } });
  const cases: readonly (readonly [
    steps: readonly RuleLike['steps'][number][],
    warned: readonly (readonly [index: number, seconds: number])[],
  ])[] = [
    [[variable, { action: 'path-exists', config: { paths: ['/a'] } }], []],
    [[{ action: 'path-exists', config: { paths: ['/a'], timeoutSeconds: 13 } }], [[0, 13]]],
    [[http(12), variable], []],
    [[http()], [[0, 20]]],
    [[http(5), http(5), http(5), variable], [[2, 15]]],
    // Its own time counts beyond the limit of the step, which it is given.
    [[http(100)], [[0, 100]]],
    // How long these take nobody knows: the limit of the step ends them.
    [[{ action: 'compress', config: { paths: ['/a'], archive: '/a.zip' } }], [[0, 60]]],
    [[{ action: 'compress', config: { paths: ['/a'], archive: '/a.zip' }, timeoutSeconds: 10 }], []],
  ];
  for (const [steps, warned] of cases) {
    const { warnings } = await test.save({ triggers: ['upload'], steps: steps.map((step) => ({ ...step, sync: true })) });
    const found = warnings.map(({ field, message }) => [Number(field.split('.')[1]), Number(/take (\d+) s/.exec(message)?.[1])]);
    expect([steps, found]).toEqual([steps, warned]);
  }
});

describe('at the sign-in', () => {
  it('asks before the home folder is opened, and goes on with the same run', async () => {
    const hook = await startHookServer([200, 200, 500]);
    const test = await startRules();
    await test.save({
      name: 'Home',
      triggers: ['connect'],
      steps: [
        call(hook.url, '/connect'),
        call(hook.url, '/later', { sync: false }),
        { action: 'create-folders', config: { paths: ['/in'] }, sync: true },
      ],
    });
    const account = test.account('acme');
    const session = await test.login(account);
    expect(await names(session, '/')).toEqual(['in']);
    await test.allRested();
    await expect(test.login(account)).rejects.toThrow(refused('refused_by_rule'));
    expect(await ends(test)).toEqual([
      'Home connect done on its event: http done, http done, create-folders done',
      'Home connect partly: http failed, http skipped, create-folders done',
    ]);
    expect((await test.recorded('LOGIN_FAILED')).map(({ info }) => info['login'])).toEqual(['acme']);
    expect(await test.recorded('USER_LOGIN')).toHaveLength(1);
  });

  it('asks about an account that showed the right password', async () => {
    const hook = await startHookServer([200, 500]);
    const test = await startRules();
    await test.save({ name: 'Door', triggers: ['pre-login'], conditions: { users: [{ pattern: 'acme' }] }, steps: [call(hook.url)] });
    const letIn = (username: string) =>
      test.rules.gate.letIn(
        {
          account: test.account(username),
          protocol: 'FTP',
          address: '192.0.2.7',
          client: null,
          method: 'password',
          origin: 'client',
          causedBy: null,
        },
        { hasShownApp: false, canBeAsked: false },
      );
    expect([(await letIn('acme')).allow, (await letIn('acme')).allow, (await letIn('other')).allow]).toEqual([true, false, true]);
    expect(hook.got).toHaveLength(2);
  });
});

describe('a kill', () => {
  it('in the middle of a rule that a client waits for leaves the run interrupted and the upload undone', async () => {
    const hook = await startHookServer();
    const before = await startRules();
    await before.save({ name: 'Scan', triggers: ['upload'], steps: [call(hook.url), call(hook.url, '/never', { sync: false })] });
    const session = await before.login(before.account('acme'));
    hook.holdNext();
    const uploading = put(session, '/a.txt', 'content');
    await expect.poll(() => hook.got).toEqual(['POST /']);
    // What is on disk now is what a kill leaves.
    await before.rules.park(0);
    await expect(uploading).rejects.toThrow(refused('refused_by_rule'));
    hook.release();
    await before.store.close();
    const after = await startRules({ dataFolder: before.dataFolder });
    expect(await ends(after)).toEqual(['Scan upload interrupted: http interrupted, http skipped']);
    expect(existsSync(join(after.exchange, 'acme', 'a.txt'))).toBe(false);
    expect(hook.got).toHaveLength(1);
  });

  it('between a failed action and the answer leaves the failure actions to the next start, and nothing else', async () => {
    const hook = await startHookServer();
    const test = await startRules({ start: false });
    const steps = [
      call(hook.url, '/scan', { retries: 2 }),
      call(hook.url, '/second'),
      call(hook.url, '/stored', { sync: false }),
      call(hook.url, '/alarm', { sync: false, failureAction: true }),
    ];
    const scan = await test.save({ name: 'Scan', triggers: ['upload'], steps });
    const door = await test.save({ name: 'Door', triggers: ['pre-login'], steps });
    // What a kill leaves: the runs at work, their first action on record, nobody answered.
    const at = test.clock.now();
    const killed = (rule: Rule, hold: string, state: RunStepRow['state']): number => {
      const { runs } = test.store.tables;
      const id = runs.insert({
        uid: hold,
        ruleId: rule.id,
        ruleVersion: rule.version,
        ruleName: rule.name,
        eventId: null,
        trigger: rule.triggers[0] ?? '',
        depth: 1,
        serial: 0,
        targets: null,
        state: 'running',
        trace: '[]',
        at,
        notBefore: at,
        batchKey: null,
        finishedAt: null,
        error: null,
        hold,
      });
      const row = { runId: id, step: 0, accountId: 0, attempt: 1, runAttempt: 1, startedAt: at, inputs: null, detail: null };
      runs.putStep({ ...row, state, finishedAt: state === 'started' ? null : at, error: state === 'failed' ? 'HTTP 500' : null });
      return id;
    };
    test.store.transaction(() => {
      killed(scan, 'upload 12', 'failed');
      killed(door, 'answer 1', 'started');
      killed(scan, 'upload 13', 'done');
    });
    await test.rules.start();
    expect(await ends(test)).toEqual([
      'Scan upload failed: http failed, http skipped, http skipped, http done',
      'Door pre-login interrupted: http interrupted, http skipped, http skipped, http done',
      'Scan upload interrupted: http done, http skipped, http skipped, http skipped',
    ]);
    expect(hook.got).toEqual(['POST /alarm', 'POST /alarm']);
    expect(hook.bodies[0]).toContain('action "http" failed: HTTP 500');
  });
});
