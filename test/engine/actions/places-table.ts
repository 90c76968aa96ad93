import { expect } from 'vitest';
import { fill, type Place, paths, type PlacesTest, read } from './places.ts';

/** What lies in the source before each action. */
const FILES = { 'in/a.txt': 'alpha', 'in/b.txt': 'beta', 'in/sub/c.txt': 'gamma' };
const ALL = ['in/', ...Object.keys(FILES).filter((path) => !path.startsWith('in/sub')), 'in/sub/', 'in/sub/c.txt'].sort();

type Case = {
  readonly action: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What goes from the source, and what is new in the target: paths with `/` behind folders. */
  readonly gone?: readonly string[];
  readonly made?: readonly string[];
  /** Contents in the target. */
  readonly content?: Readonly<Record<string, string>>;
  /** What one before it has left in the target is the source of this one. */
  readonly then?: Omit<Case, 'then'>;
};

const CASES: readonly Case[] = [
  {
    action: 'copy',
    config: { pairs: [{ source: '/in', target: '/out/' }] },
    made: ['out/', ...ALL.map((path) => `out/${path}`)],
    content: { 'out/in/sub/c.txt': 'gamma' },
  },
  {
    action: 'copy',
    config: { pairs: [{ source: '/in/*.txt', target: '/out/' }], afterCopy: 'delete' },
    gone: ['in/a.txt', 'in/b.txt'],
    made: ['out/', 'out/a.txt', 'out/b.txt'],
    content: { 'out/b.txt': 'beta' },
  },
  {
    action: 'rename',
    config: { pairs: [{ source: '/in/a.txt', target: '/done/x.txt' }] },
    gone: ['in/a.txt'],
    made: ['done/', 'done/x.txt'],
    content: { 'done/x.txt': 'alpha' },
  },
  {
    action: 'rename',
    config: { pairs: [{ source: '/in', target: '/done' }] },
    gone: ALL,
    made: ['done/', 'done/a.txt', 'done/b.txt', 'done/sub/', 'done/sub/c.txt'],
    content: { 'done/sub/c.txt': 'gamma' },
  },
  {
    action: 'compress',
    config: { paths: ['/in'], archive: '/pack/all.zip' },
    made: ['pack/', 'pack/all.zip'],
    then: {
      action: 'extract',
      config: { archive: '/pack/all.zip', folder: '/again' },
      made: ['again/', ...ALL.map((path) => `again/${path}`)],
      content: { 'again/in/a.txt': 'alpha' },
    },
  },
  {
    action: 'pgp-encrypt',
    config: { pairs: [{ source: '/in/a.txt', target: '/a.pgp' }], password: 'sesame-123' },
    made: ['a.pgp'],
    then: {
      action: 'pgp-decrypt',
      config: { pairs: [{ source: '/a.pgp', target: '/plain/a.txt' }], password: 'sesame-123' },
      made: ['plain/', 'plain/a.txt'],
      content: { 'plain/a.txt': 'alpha' },
    },
  },
  { action: 'create-folders', config: { paths: ['/x/y'] } },
  { action: 'path-exists', config: { paths: ['/in/*.txt', '/in/sub'] } },
  { action: 'delete', config: { paths: ['/in/'], recursive: true }, gone: ALL.filter((path) => path !== 'in/') },
  {
    action: 'retention-check',
    config: { folders: [{ path: '/in', hours: 1, archiveTo: '/archive' }] },
    gone: ['in/a.txt', 'in/b.txt', 'in/sub/c.txt'],
    made: ['archive/', 'archive/a.txt', 'archive/b.txt', 'archive/sub/', 'archive/sub/c.txt'],
    content: { 'archive/sub/c.txt': 'gamma' },
  },
];

/** Actions with one place, which is where they read. */
const IN_SOURCE = new Set(['create-folders', 'path-exists', 'delete']);

/** Does every file action from one place into the other, and looks at both afterwards. */
export async function eachFileAction(engine: PlacesTest, source: Place, target: Place): Promise<void> {
  // The files are of now, and old all the same.
  engine.clock.advance(Date.now() - engine.clock.now() + 7_200_000);
  for (const one of CASES) {
    if (target !== source) fill(target, {});
    fill(source, FILES);
    await perform(engine, one, source, target);
    if (one.then === undefined) continue;
    // Back again: from where the result is.
    await perform(engine, one.then, target, target);
  }
}

async function perform(engine: PlacesTest, { action, config, gone = [], made = [], content = {} }: Case, source: Place, target: Place) {
  const what = `${action} ${JSON.stringify(config)}`;
  const [beforeHere, beforeThere] = [paths(source), paths(target)];
  const folders = IN_SOURCE.has(action)
    ? { sourceFolder: source.folder }
    : { sourceFolder: source.folder, targetFolder: target === source ? '' : target.folder };
  expect(await engine.act(action, { ...config, ...folders }), what).toMatchObject({ state: 'done', error: null });
  const left = beforeHere.filter((path) => !gone.includes(path));
  const inside = action === 'create-folders' ? ['x/', 'x/y/'] : [];
  if (source === target) expect(paths(source), what).toEqual([...new Set([...left, ...made, ...inside])].sort());
  else {
    expect(paths(source), what).toEqual([...left, ...inside].sort());
    expect(paths(target), what).toEqual([...beforeThere, ...made].sort());
  }
  for (const [path, text] of Object.entries(content)) expect(read(target, path), what).toBe(text);
}
