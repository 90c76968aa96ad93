import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createKeyWrap } from '../../../electron/key-wrap.ts';
import { createLogger } from '../../../engine/lib/log.ts';
import { type DataKey, openDataKey } from '../../../engine/store/data-key.ts';
import { type PassphraseWrap, wrapWithPassphrase } from '../../../engine/store/passphrase-wrap.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';

const PASSPHRASE = 'correct horse battery';
const KEY = randomBytes(32);
const ID = createHash('sha256').update(KEY).digest('hex').slice(0, 16);
const WRAP_KEY = randomBytes(32);
const DESKTOP = createKeyWrap(WRAP_KEY);
const OTHER = createKeyWrap(randomBytes(32));
const SHELLS = { serve: undefined, desktop: DESKTOP } as const;

/** Made once, so that a change of the format or its parameters shows. Of the passphrase 'an old passphrase', the key is 32 times 7. */
const FIRST_RELEASE = {
  kdf: 'argon2id',
  memoryKiB: 65536,
  passes: 3,
  lanes: 4,
  salt: 'gOIApFe/8AXqHucqabWQzA==',
  sealed: 'bAwBLEIwzuBGLmZWrmr5RJHr6lT0KBlKNtLnol635EPqGzXeHDZlf8gr++9NXrXJ6mKRsAwmDV2MhzGh',
};

let passphraseWrap: PassphraseWrap;
beforeAll(async () => {
  passphraseWrap = await wrapWithPassphrase(KEY, PASSPHRASE);
});

type Ingredient = 'file' | 'desktop' | 'desktop of another' | 'passphrase';

function wrapsOf(ingredients: readonly Ingredient[]): Record<string, unknown> {
  const made: Record<Ingredient, readonly [string, unknown]> = {
    file: ['file', KEY.toString('base64')],
    desktop: ['desktop', DESKTOP.wrap(KEY).toString('base64')],
    'desktop of another': ['desktop', OTHER.wrap(KEY).toString('base64')],
    passphrase: ['passphrase', passphraseWrap],
  };
  return Object.fromEntries(ingredients.map((name) => made[name]));
}

/** A data folder with this key file; text is written as it is. */
function folderWith(content?: unknown): { folder: string; keyFile: string } {
  const folder = temporaryFolder();
  const keyFile = join(folder, 'keys', 'data.key');
  mkdirSync(dirname(keyFile));
  if (content !== undefined) writeFileSync(keyFile, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return { folder, keyFile };
}

function open(folder: string, own: (typeof SHELLS)[keyof typeof SHELLS], hasSecrets = false, lines: string[] = []): DataKey {
  const log = createLogger(({ level, message }) => lines.push(`${level}: ${message}`), 'test');
  return openDataKey(folder, { own, hasSecrets: () => hasSecrets, log });
}

const keyIn = (dataKey: DataKey): Buffer => dataKey.current().key;
const wrapsIn = (keyFile: string): string[] =>
  Object.keys((JSON.parse(readFileSync(keyFile, 'utf8')) as { wraps: object }).wraps).toSorted();

describe('which wraps are there, and which shell opens', () => {
  type Row = { there: Ingredient[]; shell: keyof typeof SHELLS; state: 'open' | 'locked'; left: string[] };
  const rows: Row[] = [
    { there: ['file'], shell: 'serve', state: 'open', left: ['file'] },
    { there: ['file'], shell: 'desktop', state: 'open', left: ['desktop'] },
    { there: ['desktop'], shell: 'serve', state: 'locked', left: ['desktop'] },
    { there: ['desktop'], shell: 'desktop', state: 'open', left: ['desktop'] },
    { there: ['file', 'desktop'], shell: 'serve', state: 'open', left: ['desktop', 'file'] },
    { there: ['file', 'desktop'], shell: 'desktop', state: 'open', left: ['desktop'] },
    { there: ['passphrase'], shell: 'serve', state: 'locked', left: ['passphrase'] },
    { there: ['passphrase'], shell: 'desktop', state: 'locked', left: ['passphrase'] },
    { there: ['file', 'passphrase'], shell: 'serve', state: 'open', left: ['file', 'passphrase'] },
    { there: ['file', 'passphrase'], shell: 'desktop', state: 'open', left: ['desktop', 'passphrase'] },
    { there: ['desktop', 'passphrase'], shell: 'serve', state: 'locked', left: ['desktop', 'passphrase'] },
    { there: ['desktop', 'passphrase'], shell: 'desktop', state: 'open', left: ['desktop', 'passphrase'] },
    { there: ['file', 'desktop', 'passphrase'], shell: 'serve', state: 'open', left: ['desktop', 'file', 'passphrase'] },
    { there: ['file', 'desktop', 'passphrase'], shell: 'desktop', state: 'open', left: ['desktop', 'passphrase'] },
    { there: ['desktop of another'], shell: 'serve', state: 'locked', left: ['desktop'] },
    { there: ['desktop of another'], shell: 'desktop', state: 'locked', left: ['desktop'] },
    { there: ['file', 'desktop of another'], shell: 'desktop', state: 'open', left: ['desktop'] },
    { there: ['desktop of another', 'passphrase'], shell: 'desktop', state: 'locked', left: ['desktop', 'passphrase'] },
  ];
  test.each(rows)('$there, $shell: $state, then $left', async ({ there, shell, state, left }) => {
    const { folder, keyFile } = folderWith({ format: 2, id: ID, wraps: wrapsOf(there) });
    const dataKey = open(folder, SHELLS[shell], true);
    expect(dataKey.state()).toMatchObject({ state, protectedBy: left, passphraseSet: there.includes('passphrase') });
    expect(wrapsIn(keyFile)).toEqual(left);
    expect(readdirSync(dirname(keyFile))).toEqual(['data.key']);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    if (state === 'open') {
      expect(keyIn(dataKey)).toEqual(KEY);
      expect(dataKey.state().trouble).toBeNull();
      expect(keyIn(open(folder, SHELLS[shell]))).toEqual(KEY);
      return;
    }
    expect(() => dataKey.current()).toThrow(expect.objectContaining({ code: 'secret_unreadable', message: dataKey.state().trouble }));
    expect(dataKey.state().trouble).toMatch(
      there.includes('passphrase') ? /the recovery passphrase with: gatehouse recover\./ : /To give them up .*gatehouse recover --new-key$/,
    );
    const unlock = await dataKey.prepareRecovery(PASSPHRASE).catch((error: unknown) => (error as { code: string }).code);
    if (typeof unlock !== 'function') {
      expect(unlock).toBe('conflict');
      return;
    }
    unlock();
    expect(keyIn(dataKey)).toEqual(KEY);
    expect(dataKey.state()).toMatchObject({ state: 'open', trouble: null });
    const next = open(folder, SHELLS[shell]);
    expect(keyIn(next)).toEqual(KEY);
    expect(next.protectedBefore).toBeNull();
  });

  test('a folder of the first format keeps its key, in both shells and back', async () => {
    const { folder, keyFile } = folderWith({ format: 1, wrap: 'file', key: KEY.toString('base64') });
    expect(keyIn(open(folder, undefined))).toEqual(KEY);
    const lines: string[] = [];
    const desktop = open(folder, DESKTOP, true, lines);
    expect(keyIn(desktop)).toEqual(KEY);
    expect(desktop.protectedBefore).toEqual(['file']);
    expect(lines).toEqual([expect.stringMatching(/^info: .* now protected by the key store .* alone/)]);
    (await desktop.preparePassphrase(PASSPHRASE))();
    expect(readFileSync(keyFile, 'utf8')).not.toContain(KEY.toString('base64'));
    const served = open(folder, undefined);
    expect(served.state().trouble).toMatch(
      /^The stored secrets are locked: .* Open the desktop application instead, or give the recovery pass/,
    );
    (await served.prepareRecovery(PASSPHRASE))?.();
    expect(keyIn(open(folder, undefined))).toEqual(KEY);
    expect(keyIn(open(folder, DESKTOP))).toEqual(KEY);
    expect(wrapsIn(keyFile)).toEqual(['desktop', 'passphrase']);
  });

  test('an empty folder gets a key in the shell’s own wrap alone', () => {
    for (const [shell, wraps] of [
      ['serve', ['file']],
      ['desktop', ['desktop']],
    ] as const) {
      const folder = temporaryFolder();
      const made = open(folder, SHELLS[shell]);
      expect(made.state()).toEqual({ state: 'open', protectedBy: wraps, passphraseSet: false, trouble: null });
      expect(keyIn(open(folder, SHELLS[shell]))).toEqual(keyIn(made));
    }
    expect(open(temporaryFolder(), undefined, true).state().trouble).toMatch(/Enter them again/);
  });

  test('what a later program added stays in the file', () => {
    const { folder, keyFile } = folderWith({ format: 2, id: ID, wraps: { ...wrapsOf(['file']), tpm: { slot: 7 } }, hint: 'x' });
    open(folder, DESKTOP);
    expect(JSON.parse(readFileSync(keyFile, 'utf8'))).toMatchObject({ hint: 'x', wraps: { tpm: { slot: 7 } } });
  });
});

describe('a key file that cannot be used', () => {
  test.each<[string, () => unknown]>([
    ['is not JSON', () => 'garbage'],
    ['is empty', () => ''],
    ['has no wraps', () => ({ format: 2, id: ID, wraps: {} })],
    ['is far too large', () => ' '.repeat(100_000)],
    ['holds a key of another length', () => ({ format: 1, wrap: 'file', key: 'AAAA' })],
    ['holds another key than its id says', () => ({ format: 2, id: ID, wraps: { file: randomBytes(32).toString('base64') } })],
  ])('and %s is kept beside a new one', (_, content) => {
    const { folder, keyFile } = folderWith(content());
    const found = readFileSync(keyFile);
    const dataKey = open(folder, undefined);
    expect(dataKey.state()).toMatchObject({ state: 'open', trouble: expect.stringMatching(/Enter them again/) as string });
    expect(readFileSync(`${keyFile}.unreadable-1`)).toEqual(found);
    expect(keyIn(open(folder, undefined))).toEqual(keyIn(dataKey));
    expect(open(folder, undefined).state().trouble).toBeNull();
  });

  test('but may be of use to a later program is left alone', async () => {
    const { folder, keyFile } = folderWith({ format: 3, whatever: true });
    const dataKey = open(folder, undefined);
    expect(dataKey.state()).toMatchObject({ state: 'locked', trouble: expect.stringMatching(/newer Gatehouse/) as string });
    await expect(dataKey.prepareRecovery(PASSPHRASE)).rejects.toMatchObject({ code: 'secret_unreadable' });
    expect(readdirSync(dirname(keyFile))).toEqual(['data.key']);
  });

  test('because a folder lies in its place is left alone too', () => {
    const { folder, keyFile } = folderWith();
    mkdirSync(keyFile);
    expect(open(folder, undefined).state()).toMatchObject({ state: 'locked', trouble: expect.stringMatching(/EISDIR/) as string });
    expect(statSync(keyFile).isDirectory()).toBe(true);
  });

  test('can be given up for a new key when it is locked, only then', () => {
    const { folder, keyFile } = folderWith({ format: 2, id: ID, wraps: wrapsOf(['desktop']) });
    const dataKey = open(folder, undefined);
    dataKey.startOver();
    expect(keyIn(dataKey)).not.toEqual(KEY);
    expect(keyIn(open(folder, undefined))).toEqual(keyIn(dataKey));
    expect(wrapsIn(`${keyFile}.unreadable-1`)).toEqual(['desktop']);
    expect(() => {
      dataKey.startOver();
    }).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test('only as it is, because nothing can be written beside it, stays as it is', () => {
    const { folder, keyFile } = folderWith({ format: 2, id: ID, wraps: wrapsOf(['file']) });
    const before = readFileSync(keyFile);
    // In the way of the new file; neither a mode nor an owner stops root.
    mkdirSync(join(`${keyFile}.new`, 'x'), { recursive: true });
    const lines: string[] = [];
    expect(keyIn(open(folder, DESKTOP, true, lines))).toEqual(KEY);
    expect(lines).toEqual([expect.stringMatching(/^warn: .* could not be renewed/)]);
    expect(readFileSync(keyFile)).toEqual(before);
  });
});

describe('the recovery passphrase', () => {
  test('is another one for another text, the same however its accents are composed', async () => {
    const { folder } = folderWith();
    const dataKey = open(folder, undefined);
    await expect(dataKey.prepareRecovery('anything at all')).rejects.toMatchObject({ code: 'conflict' });
    (await dataKey.preparePassphrase('Ein schön langer Satz'))();
    expect(await dataKey.prepareRecovery('Ein schon langer Satz')).toBeUndefined();
    expect(await dataKey.prepareRecovery('Ein scho\u0308n langer Satz')).toBeTypeOf('function');
    (await dataKey.preparePassphrase(PASSPHRASE))();
    expect(await dataKey.prepareRecovery('Ein schön langer Satz')).toBeUndefined();
  });

  test('opens what an earlier program wrapped', async () => {
    const { folder } = folderWith({ format: 2, id: null, wraps: { passphrase: FIRST_RELEASE } });
    const dataKey = open(folder, undefined);
    (await dataKey.prepareRecovery('an old passphrase'))?.();
    expect(keyIn(dataKey)).toEqual(Buffer.alloc(32, 7));
  });

  test('with parameters that would take the machine’s memory is not even tried', async () => {
    const { folder } = folderWith({ format: 2, id: ID, wraps: { passphrase: { ...passphraseWrap, memoryKiB: 100_000_000 } } });
    await expect(open(folder, undefined).prepareRecovery(PASSPHRASE)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a kill between any two steps', () => {
  const module = (path: string): string => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);
  /** Opens the key in a process of its own that kills itself before it does something to the disk for the nth time. Resolves with whether that came. */
  async function killedAt(step: number, folder: string, change: string): Promise<boolean> {
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { openDataKey } = await import(${module('engine/store/data-key.ts')});
      const { createKeyWrap } = await import(${module('electron/key-wrap.ts')});
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const open = (own) => openDataKey(${JSON.stringify(folder)}, { own, log, hasSecrets: () => true });
      const desktop = createKeyWrap(Buffer.from('${WRAP_KEY.toString('hex')}', 'hex'));
      let left = ${step};
      const arm = () => {
        for (const name of ['writeFileSync', 'renameSync', 'rmSync']) {
          const real = fs[name];
          fs[name] = (...args) => {
            if (left-- === 0) process.kill(process.pid, 'SIGKILL');
            return real(...args);
          };
        }
        syncBuiltinESMExports();
      };
      ${change}`;
    const { code, signal, stderr } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect({ stderr, ended: signal ?? code }).toEqual({ stderr: '', ended: signal === 'SIGKILL' ? 'SIGKILL' : 0 });
    return signal === 'SIGKILL';
  }

  test.each<[string, Ingredient[], string, string[]]>([
    ['the desktop takes over a file’s key', ['file'], 'arm(); open(desktop);', ['desktop']],
    [
      'a passphrase is set',
      ['desktop'],
      `const change = await open(desktop).preparePassphrase('${PASSPHRASE}'); arm(); change();`,
      ['desktop', 'passphrase'],
    ],
  ])(
    'while %s leaves a key that opens',
    async (_, there, change, left) => {
      let step = 0;
      for (let killed = true; killed; step++) {
        const { folder, keyFile } = folderWith({ format: 2, id: ID, wraps: wrapsOf(there) });
        killed = await killedAt(step, folder, change);
        if (!killed) expect(wrapsIn(keyFile)).toEqual(left);
        const dataKey = open(folder, DESKTOP, true);
        expect(keyIn(dataKey), `step ${step}`).toEqual(KEY);
        expect(dataKey.state().trouble).toBeNull();
        expect(readdirSync(dirname(keyFile))).toEqual(['data.key']);
      }
      expect(step).toBeGreaterThan(3);
    },
    120_000,
  );

  test('while the first key is made leaves none, or one that opens', async () => {
    for (let step = 0, killed = true; killed; step++) {
      const folder = temporaryFolder();
      killed = await killedAt(step, folder, 'arm(); open(undefined);');
      const before = existsSync(join(folder, 'keys', 'data.key'));
      const dataKey = open(folder, undefined, false);
      expect(dataKey.state()).toMatchObject({ state: 'open', trouble: null });
      if (before) expect(keyIn(open(folder, undefined))).toEqual(keyIn(dataKey));
    }
  }, 120_000);
});
