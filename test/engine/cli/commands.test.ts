import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../../engine/cli/main.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';
import { GATEHOUSE, serve, type Serving } from '../../helpers/serve.ts';

/** One engine for all commands that only read or add. */
let data: string;
let engine: Serving;
beforeAll(async () => {
  data = join(mkdtempSync(join(tmpdir(), 'gatehouse-cli-')), 'data');
  engine = await serve(data);
});
afterAll(async () => {
  expect(await engine.terminate()).toBe(0);
});

/** The same without a process of its own, where it is not the process that matters. */
async function inProcess(args: string[], input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await runCommand(args, { in: Readable.from([input]), out, err, env: {} });
  return { code, stdout: await text(out.end()), stderr: await text(err.end()) };
}

const gatehouse = (args: string[], options: Parameters<typeof run>[2] = {}) => run(GATEHOUSE, args, options);
const call = (...args: string[]) => inProcess(['call', ...args, '--data', data]);

describe('the program', () => {
  test('says its version and helps, as a whole and for each command', async () => {
    expect(await gatehouse(['version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^gatehouse \d+\.\d+\.\d+\n$/) as string });
    expect(await gatehouse(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^gatehouse \d/) as string });
    const help = await gatehouse(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['serve', 'open', 'call', 'events', 'template', 'recover', 'version']) {
      expect(help.stdout).toContain(`  ${command} `);
      expect(await inProcess([command, '--help'])).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(new RegExp(`^Usage: gatehouse ${command}`)) as string,
      });
    }
  });

  test.each<[string, string[]]>([
    ['nothing', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['serve', '--colour']],
    ['an option without its value', ['serve', '--data']],
    ['an argument too many', ['serve', 'now']],
    ['a port that is none', ['serve', '--sftp', '127.0.0.1:99999']],
    ['an address without a port', ['serve', '--http', '127.0.0.1']],
    ['passive ports backwards', ['serve', '--passive', '50100-50000']],
    ['a call without a method', ['call']],
    ['a call with an unquoted rest', ['call', 'accounts.list', '{', '}']],
    ['an address without a token', ['call', 'accounts.list', '--url', 'http://127.0.0.1:1']],
    ['a token in the clear to elsewhere', ['call', 'accounts.list', '--url', 'http://192.0.2.1:1', '--token-file', '/dev/null']],
    ['both ways to an engine', ['call', 'x', '--url', 'http://127.0.0.1:1', '--token-file', 'x', '--data', 'x']],
    ['an unknown event type', ['events', '--type', 'NOSUCH']],
    ['a limit that is none', ['events', '--limit', 'many']],
    ['no limit without following', ['events', '--limit', '0']],
    ['a template without its context', ['template', 'x']],
  ])('%s is answered in one line, exit code 2', async (_, args) => {
    const { code, stdout, stderr } = await inProcess(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    if (args.length > 0) expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('call', () => {
  test('takes its input as an argument, from a file and from standard input', async () => {
    const file = join(temporaryFolder(), 'in.json');
    writeFileSync(file, '{"username":"from-file"}');
    expect((await call('accounts.save', '{"username":"from-argument"}')).code).toBe(0);
    expect((await call('accounts.save', `@${file}`)).code).toBe(0);
    expect((await inProcess(['call', 'accounts.save', '-', '--data', data], '{"username":"from-input"}')).code).toBe(0);
    const { code, stdout, stderr } = await call('accounts.list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = (JSON.parse(stdout) as { username: string }[]).map(({ username }) => username);
    expect(names).toEqual(expect.arrayContaining(['from-argument', 'from-file', 'from-input']));
  });

  test("shows a run's trace, why another rule did not run, and what a rule would have done", async () => {
    const answer = async (method: string, input: object): Promise<unknown> =>
      JSON.parse((await call(method, JSON.stringify(input))).stdout);
    const rule = (name: string, pattern: string) => ({
      name,
      triggers: ['record-add'],
      conditions: { names: [{ pattern }] },
      steps: [{ action: 'set-variable', config: { name: 'seen', value: '{{.ObjectName}}' } }],
    });
    await answer('rules.save', rule('Meets', 'traced'));
    await answer('rules.save', rule('Misses', 'other'));
    await answer('accounts.save', { username: 'traced' });
    const [run] = await eventually(async () => {
      const runs = (await answer('runs.list', { state: 'done' })) as { id: number; eventId: number }[];
      expect(runs).toHaveLength(1);
      return runs;
    });
    expect(await answer('runs.get', { id: run?.id })).toMatchObject({
      ruleName: 'Meets',
      conditions: [
        { condition: 'trigger', expected: 'record-add', matched: true },
        { condition: 'names', expected: 'traced', actual: 'traced', matched: true },
      ],
      steps: [{ action: 'set-variable', state: 'done', attempt: 1, inputs: { value: 'traced' }, detail: { value: 'traced' } }],
    });
    expect(await answer('rules.considered', { eventId: run?.eventId })).toMatchObject([
      { ruleName: 'Meets', verdict: 'ran', runIds: [run?.id] },
      { ruleName: 'Misses', verdict: 'condition', reason: expect.stringContaining('other') as string },
    ]);
    const tried = { rule: rule('Unsaved', 'tra*'), eventIds: [run?.eventId] };
    expect(await answer('rules.test', tried)).toMatchObject({
      considered: 1,
      matched: 1,
      samples: [{ steps: [{ inputs: { value: 'traced' } }] }],
    });
  });

  test('reaches an engine by address and token file', async () => {
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, `${engine.token}\n`, { mode: 0o600 });
    const there = ['--url', engine.http, '--token-file', file];
    expect((await inProcess(['call', 'server.status', ...there])).code).toBe(0);
    expect((await inProcess(['events', '--limit', '1', ...there])).code).toBe(0);
  });

  test('a token that may less is refused with the permission it lacks', async () => {
    const made = JSON.parse((await call('tokens.create', '{"name":"t","permissions":["status"]}')).stdout) as { token: string };
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, made.token);
    const { code, stderr } = await inProcess(['call', 'accounts.list', '--url', engine.http, '--token-file', file]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'forbidden', message: expect.stringContaining('accounts.read') as string });
  });

  test.each<[string, string, string[]]>([
    ['bad JSON', 'invalid_json', ['accounts.save', '{username:1}']],
    ['bad input', 'invalid_input', ['accounts.save', '{"username":"a b"}']],
    ['an unknown method', 'unknown_method', ['no.such']],
    ['a method that is a path', 'unknown_method', ['../health']],
    ['a missing file', 'not_found', ['accounts.save', '@/nonexistent.json']],
  ])('%s: exit code 1, the code and words as one line of JSON', async (_, errorCode, args) => {
    const { code, stdout, stderr } = await call(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stderr)).toMatchObject({ code: errorCode, message: expect.stringMatching(/\.$/) as string });
  });

  test('where no engine runs', async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await inProcess(['call', 'server.status', '--data', folder]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'not_running',
      message: expect.stringContaining(`gatehouse serve --data ${folder}`) as string,
    });
    writeFileSync(join(folder, 'engine.json'), JSON.stringify({ pid: 1, url: 'http://127.0.0.1:1', token: 'x' }));
    expect((await inProcess(['events', '--data', folder])).stderr).toMatch(/^gatehouse: Nobody answers at http:\/\/127\.0\.0\.1:1/);
  });
});

describe('events', () => {
  test('prints lines for people and objects for programs, oldest first', async () => {
    await call('accounts.save', '{"username":"shown"}');
    const words = await inProcess(['events', '--data', data, '--type', 'OBJECT_INSERT', '--limit', '3']);
    expect(words.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}#\d+ {2}OBJECT_INSERT {2}Gatehouse created the user \S+$/m);
    const json = await inProcess(['events', '--data', data, '--json', '--limit', '3']);
    const ids = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { _id: number })._id);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  test('a name that would steer the terminal is shown instead', async () => {
    const hostile = 'a\u001b]0;owned\u0007\nb';
    await call('rules.save', JSON.stringify({ name: hostile, triggers: ['on-demand'], steps: [{ action: 'delete' }], enabled: false }));
    const { stdout } = await inProcess(['events', '--data', data, '--limit', '3']);
    expect(stdout).toContain('a\\u{1b}]0;owned\\u{7}\\u{a}b');
    expect(stdout).not.toContain('\u001b');
  });

  test('--follow goes on after a restart of the engine, with nothing missed and nothing twice', async () => {
    const folder = join(temporaryFolder(), 'data');
    let own = await serve(folder);
    const child = spawn(GATEHOUSE, ['events', '--follow', '--json', '--limit', '0', '--type', 'OBJECT_INSERT', '--data', folder]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => (JSON.parse(String((await lines.next()).value)) as { info: { new: string } }).info.new;
    // The follower may still be starting: what it prints first is whatever comes after it began.
    const first = next();
    const state = { began: false };
    void first.then(() => (state.began = true));
    for (let index = 0; !state.began; index++) {
      await own.call('accounts.save', { username: `warm-up-${index}` });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await own.call('accounts.save', { username: 'before' });
    await own.kill();
    own = await serve(folder);
    await own.call('accounts.save', { username: 'after' });
    const seen = [await first];
    while (seen.at(-1) !== 'after') seen.push(await next());
    expect(seen.slice(-2)).toEqual(['before', 'after']);
    expect(new Set(seen).size).toBe(seen.length);
    await own.terminate();
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const child = spawn(GATEHOUSE, ['events', '--follow', '--limit', '50', '--data', data]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let errors = '';
    child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
    const ended = once(child, 'exit') as Promise<[number | null]>;
    await once(child.stdout, 'data');
    child.stdout.destroy();
    // It notices with the next line that it writes.
    const state = { isOver: false };
    void ended.then(() => (state.isOver = true));
    for (let index = 0; !state.isOver; index++) {
      await engine.call('accounts.save', { username: `unread-${index}` });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await ended).toEqual([0, null]);
    expect(errors).toBe('');
  });
});

describe('template', () => {
  test('renders a file with a context, exactly', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 't'), '{{.Name}} put {{.VirtualPath | toJson}}{{/* no line end */}}');
    writeFileSync(join(folder, 'c.json'), '{"Name":"anna","VirtualPath":"/a b"}');
    const { code, stdout, stderr } = await gatehouse(['template', 't', '--context', 'c.json'], { cwd: folder });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'anna put "/a b"', stderr: '' });
    expect((await gatehouse(['template', '-', '--context', 'upload'], { input: '{{.Name}}' })).stdout).toBe('alice');
  });

  test.each<[string, string, string, RegExp]>([
    ['a syntax error', '{{.Name', '{}', /^gatehouse: .*t:1:\d+: /],
    ['an unknown placeholder', 'x\n {{.Nome}}', '{}', /^gatehouse: .*t:2:\d+: /],
    ['a context that is no JSON', 'x', '{', /^gatehouse: .*c\.json is not JSON/],
    ['a context with an unknown name', 'x', '{"Nome":1}', /^gatehouse: .*c\.json: /],
  ])('%s is told with its place', async (_, template, context, words) => {
    const folder = temporaryFolder();
    const [file, contextFile] = [join(folder, 't'), join(folder, 'c.json')];
    writeFileSync(file, template);
    writeFileSync(contextFile, context);
    const { code, stdout, stderr } = await inProcess(['template', file, '--context', contextFile]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('the start script', () => {
  test('works through links, from any folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.bin'));
    symlinkSync(GATEHOUSE, join(folder, 'real'));
    symlinkSync('../real', join(folder, '.bin', 'gatehouse'));
    expect((await run(join(folder, '.bin', 'gatehouse'), ['version'], { cwd: '/' })).stdout).toMatch(/^gatehouse \d/);
  });

  test('becomes the engine itself: the same process id', () => {
    const file = JSON.parse(readFileSync(join(data, 'engine.json'), 'utf8')) as { pid: number };
    expect(file.pid).toBe(engine.process.pid);
    expect(statSync(join(data, 'engine.json')).mode & 0o777).toBe(0o600);
  });

  test('asks in words for Node where there is none, or one that is too old', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'path'));
    const copy = join(folder, 'bin', 'gatehouse.mjs');
    copyFileSync(GATEHOUSE, copy);
    for (const tool of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(folder, 'path', tool));
    const env = { PATH: join(folder, 'path') };
    const none = await run(copy, ['version'], { env });
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/^gatehouse: Node\.js 22\.18 or newer is needed and no node was found\./);

    // The script's own check, with the versions of other Nodes.
    const runAs = (node: string, napi: string): ReturnType<typeof run> => {
      const versions = `Object.defineProperty(process, 'versions', { value: { node: '${node}', napi: '${napi}' } })`;
      return run(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(versions)}`, GATEHOUSE, 'version']);
    };
    const tooOld = await runAs('20.20.2', '9');
    expect(tooOld.code).toBe(1);
    expect(tooOld.stderr).toMatch(/^gatehouse: Node\.js 22\.18 or newer is needed; this is 20\.20\.2\. .*\n$/);
    const unstable = await runAs('24.20.0', '10');
    expect(unstable.code).toBe(1);
    expect(unstable.stderr).toMatch(/^gatehouse: Node\.js 24\.22 or newer is needed, since .*; this is 24\.20\.0\. .*\n$/);
  });
});

test('a second signal ends the program at once', async () => {
  const own = await serve(join(temporaryFolder(), 'data'));
  const ended = once(own.process, 'exit');
  own.process.kill('SIGTERM');
  own.process.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  // Both may be delivered before, or the second after, the orderly stop is over.
  expect([0, 143]).toContain(code);
});
