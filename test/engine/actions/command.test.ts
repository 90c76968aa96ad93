import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startTestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

/** Writes a shell script that the settings allow. */
function script({ settings }: TestRules, text: string, folder = temporaryFolder()): string {
  const path = join(folder, 'script.sh');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  settings.commands.allowed.push(path);
  return path;
}

const args = (...values: string[]) => values.map((value) => ({ value }));

test('command: arguments reach the program as they are, without a shell and without losing doubles', async () => {
  const engine = await startRules();
  const command = script(engine, 'for a in "$@"; do printf "<%s>" "$a"; done; echo; echo oops >&2');
  await engine.save({
    triggers: ['upload'],
    steps: [
      { action: 'command', config: { command, arguments: args('-v', '-v', '{{.VirtualPath}}', '$(id) ; rm *', '', '--name={{.Name}}') } },
    ],
  });
  await put(await engine.login(engine.account('alice')), '/a "b" $HOME.txt', 'x');
  expect(await engine.allRested()).toMatchObject([
    {
      state: 'done',
      steps: [{ detail: { exitCode: 0, stdout: '<-v><-v></a "b" $HOME.txt><$(id) ; rm *><><--name=alice>\n', stderr: 'oops\n' } }],
    },
  ]);
});

test('a value that looks like an option is refused unless the argument may be one', async () => {
  const engine = await startRules();
  const command = script(engine, 'echo "$@"');
  for (const mayBeOption of [false, true]) {
    await engine.save({
      name: `option ${String(mayBeOption)}`,
      triggers: ['upload'],
      steps: [{ action: 'command', config: { command, arguments: [{ value: '{{.ObjectName}}', mayBeOption }] } }],
    });
  }
  await put(await engine.login(engine.account('alice')), '/-rf', 'x');
  expect((await engine.allRested()).map((run) => [run.state, run.steps[0]?.detail?.['stdout'] ?? run.steps[0]?.error])).toEqual([
    ['failed', 'Argument 1 begins with a dash after its template was filled in, so the program would take it for an option.'],
    ['done', '-rf\n'],
  ]);
});

test('the environment is minimal; $NAME imports only where the administrator wrote it, and never our own', async () => {
  process.env['GATEHOUSE_TEST_KEY'] = 'own secret';
  process.env['OTHER_TEST_KEY'] = 'imported';
  onTestFinished(() => {
    delete process.env['GATEHOUSE_TEST_KEY'];
    delete process.env['OTHER_TEST_KEY'];
  });
  const engine = await startRules();
  const command = script(engine, 'env | sort | grep -v "^\\(_\\|PWD\\|SHLVL\\|LANG\\|TZ\\|GATEHOUSE_CALL\\)="; pwd');
  const environment = [
    { name: 'FILE', value: '{{.ObjectName}}' },
    { name: 'IMPORTED', value: '$OTHER_TEST_KEY' },
    { name: 'OWN', value: '$GATEHOUSE_TEST_KEY' },
  ];
  await engine.save({ triggers: ['upload'], steps: [{ action: 'command', config: { command, environment, workingDirectory: '/' } }] });
  await put(await engine.login(engine.account('alice')), '/$OTHER_TEST_KEY', 'x');
  const [run] = await engine.allRested();
  expect(run?.steps[0]?.detail?.['stdout']).toBe(`FILE=$OTHER_TEST_KEY\nIMPORTED=imported\nPATH=${process.env['PATH'] ?? ''}\n/\n`);
});

test('exit codes, missing programs, folders and missing permissions are failures in words', async () => {
  const engine = await startRules();
  const command = script(engine, 'echo why >&2; exit 3');
  expect(await engine.tryAction('command', { command })).toMatchObject({
    state: 'failed',
    error: 'The program ended with exit code 3.',
    detail: { exitCode: 3, stderr: 'why\n' },
  });
  const folder = temporaryFolder();
  const locked = join(folder, 'locked');
  writeFileSync(locked, '#!/bin/sh\n', { mode: 0o644 });
  for (const [path, words] of [
    [join(folder, 'gone'), 'is not there'],
    [folder, 'is not a program'],
    [locked, 'cannot be started'],
  ] as const) {
    engine.settings.commands.allowed.push(path);
    const step = await engine.tryAction('command', { command: path });
    expect(step.state).toBe('failed');
    expect(step.error).toContain(words);
  }
  expect((await engine.tryAction('command', { command, workingDirectory: '/no/such/folder' })).error).toContain('cannot be started');
});

test('only the end of long output is kept', async () => {
  const engine = await startRules();
  const command = script(engine, 'head -c 3000000 /dev/zero | tr "\\0" x; echo end');
  const { detail } = await engine.tryAction('command', { command });
  expect(detail?.['stdout']).toBe(`${'x'.repeat(65_532)}end\n`);
});

test('the allow-list is asked again at run time, and means the path as it is written', async () => {
  const engine = await startRules();
  const command = script(engine, 'echo hello');
  expect((await engine.tryAction('command', { command })).state).toBe('done');
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'command', config: { command } }] });
  engine.settings.commands.allowed.length = 0;
  const [queued] = await engine.rules.run(rule.id, undefined, BY);
  expect(await engine.rested(queued?.id ?? 0)).toMatchObject({
    state: 'failed',
    steps: [{ error: expect.stringContaining('not on the list of allowed commands') as string }],
  });
  // Another name of an allowed program could make it another program, as with busybox.
  engine.settings.commands.allowed.push(command);
  const alias = join(temporaryFolder(), 'alias.sh');
  symlinkSync(command, alias);
  for (const other of [alias, command.toUpperCase(), `${command}/../script.sh`, command.replace('/', '//')]) {
    const refused = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'command', config: { command: other } }] });
    expect([other, refused.problems.map(({ field }) => field)]).toEqual([other, ['steps.0.config.command']]);
  }
});

test('a program that a partner could have uploaded is never started', async () => {
  const engine = await startRules();
  const home = join(engine.exchange, 'alice');
  mkdirSync(home, { recursive: true });
  engine.account('alice');
  const inside = script(engine, 'echo bad', home);
  expect((await engine.tryAction('command', { command: inside })).error).toContain('a folder that partners can write to');
  const link = join(temporaryFolder(), 'link.sh');
  symlinkSync(inside, link);
  engine.settings.commands.allowed.push(link);
  expect((await engine.tryAction('command', { command: link })).error).toContain('a folder that partners can write to');
});

test('nor is one in a virtual folder, wherever that lies', async () => {
  const engine = await startTestEngine();
  const command = join(temporaryFolder(), 'run.sh');
  writeFileSync(command, '#!/bin/sh\necho bad\n', { mode: 0o755 });
  await engine.call('folders.save', { name: 'shared', path: dirname(command) });
  await engine.call('accounts.save', {
    username: 'acme',
    password: 'correct horse battery',
    folders: [{ path: '/shared', folder: 'shared' }],
  });
  await engine.call('settings.save', { commands: { allowed: [command] } });
  const rule = await engine.call('rules.save', {
    name: 'Start it',
    triggers: ['on-demand'],
    steps: [{ action: 'command', config: { command } }],
  });
  const { runs } = await engine.call('rules.run', { id: rule.id });
  const trace = await eventually(async () => {
    const found = await engine.call('runs.get', { id: runs[0]?.id ?? 0 });
    expect(found.state).toBe('failed');
    return found;
  });
  expect(trace.steps[0]?.error).toContain('a folder that partners can write to');
});

test('the timeout ends the program with everything that it started', async () => {
  const engine = await startRules();
  const folder = temporaryFolder();
  const pidFile = join(folder, 'pid');
  const command = script(engine, `(trap '' TERM HUP; sh -c 'echo $$ > ${pidFile}; sleep 300' & wait) & echo started; wait`);
  const step = await engine.tryAction('command', { command, timeoutSeconds: 1 });
  expect(step).toMatchObject({
    state: 'failed',
    error: 'The program ran longer than 1 s and was ended with all that it had started.',
    detail: { stdout: 'started\n' },
  });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('what a program leaves behind is ended with it', async () => {
  const engine = await startRules();
  const pidFile = join(temporaryFolder(), 'pid');
  const command = script(engine, `sh -c 'echo $$ > ${pidFile}; exec sleep 300' & while [ ! -s ${pidFile} ]; do :; done; echo done`);
  expect(await engine.tryAction('command', { command })).toMatchObject({ state: 'done', detail: { stdout: 'done\n' } });
  await eventually(() => expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false));
});

/** A process that has left the group and its parent, keeps the outputs open, and writes down its id. */
const escaped = (pidFile: string, prefix = ''): string => {
  const write = `echo \\$\\$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 300`;
  return `(setsid ${prefix}sh -c 'sh -c "${write}" &' &); while [ ! -s ${pidFile} ]; do :; done`;
};

test('so is one that took a session of its own and lost its parent, at the end and at the timeout', async () => {
  const engine = await startRules();
  const folder = temporaryFolder();
  const [atEnd, atTimeout] = [join(folder, 'end'), join(folder, 'timeout')];
  const ends = script(engine, `${escaped(atEnd)}; echo done`);
  expect(await engine.tryAction('command', { command: ends })).toMatchObject({ state: 'done', detail: { stdout: 'done\n' } });
  expect(isAlive(Number(readFileSync(atEnd, 'utf8')))).toBe(false);
  const hangs = script(engine, `${escaped(atTimeout)}; sleep 300`);
  expect(await engine.tryAction('command', { command: hangs, timeoutSeconds: 1 })).toMatchObject({ state: 'failed' });
  expect(isAlive(Number(readFileSync(atTimeout, 'utf8')))).toBe(false);
});

test('so is one that emptied its environment as well; one that closed its descriptors too does not keep the action waiting', async () => {
  const engine = await startRules();
  const folder = temporaryFolder();
  const [emptied, closed] = [join(folder, 'emptied'), join(folder, 'closed')];
  const act = (prefix: string, pidFile: string) =>
    engine.tryAction('command', { command: script(engine, `${escaped(pidFile, prefix)}; echo done`) });
  expect(await act('env -i PATH="$PATH" ', emptied)).toMatchObject({ state: 'done', detail: { stdout: 'done\n' } });
  expect(isAlive(Number(readFileSync(emptied, 'utf8')))).toBe(false);
  const closing = `env -i PATH="$PATH" bash -c 'exec 99<&-; exec "$@"' bash `;
  expect(await act(closing, closed)).toMatchObject({ state: 'done', detail: { stdout: 'done\n' } });
  process.kill(Number(readFileSync(closed, 'utf8')), 'SIGKILL');
});

test('a listed path that became a link later is judged by what it leads to now', async () => {
  const engine = await startRules();
  const home = join(engine.exchange, 'alice');
  mkdirSync(home, { recursive: true });
  engine.account('alice');
  const command = script(engine, 'echo fine');
  expect((await engine.tryAction('command', { command })).state).toBe('done');
  writeFileSync(join(home, 'mine.sh'), '#!/bin/sh\necho bad\n', { mode: 0o755 });
  rmSync(command);
  symlinkSync(join(home, 'mine.sh'), command);
  expect((await engine.tryAction('command', { command })).error).toContain('a folder that partners can write to');
  rmSync(command);
  symlinkSync(join(home, '..', 'alice', '..'), command);
  expect((await engine.tryAction('command', { command })).error).toContain('is not a program');
});

test('a stop of the engine ends the program and leaves the run to the next start', async () => {
  const engine = await startRules();
  const pidFile = join(temporaryFolder(), 'pid');
  const command = script(engine, `echo $$ > ${pidFile}; exec sleep 300`);
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'command', config: { command } }] });
  const [run] = await engine.rules.run(rule.id, undefined, BY);
  await eventually(() => expect(existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '').toBe(true));
  await engine.rules.park(0);
  expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  expect(await engine.rules.trace(run?.id ?? 0)).toMatchObject({ state: 'running', steps: [{ state: 'started' }] });
});

/** A zombie that nobody has waited for yet counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}
