import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../lib/log.ts';
import { type KeyFile, keyFilePath, readKeyFile, setKeyFileAside, writeKeyFile } from './key-file.ts';
import { openWithPassphrase, type PassphraseWrap, readPassphraseWrap, wrapWithPassphrase } from './passphrase-wrap.ts';

/** One way to protect the data key in its file; the shell brings its own. */
export type KeyWrap = {
  /** Its name in the key file: `desktop`, or `file` for protection by the file's mode alone. Not `passphrase`. */
  readonly name: string;
  wrap(key: Buffer): Buffer;
  /** Throws when the wrapped key is not its own. */
  unwrap(wrapped: Buffer): Buffer;
};

export type DataKeyState = {
  /** `locked`: there is a key, but nothing at hand opens it; no secret can be read or stored. */
  readonly state: 'open' | 'locked';
  /** Names of the wraps in the key file, sorted. */
  readonly protectedBy: string[];
  readonly passphraseSet: boolean;
  /** What a person should know and do; null when all is well. */
  readonly trouble: string | null;
};

/**
 * The key that seals all stored secrets. Changes come in two parts: an asynchronous one that computes, and the function it resolves with,
 * which changes the file at once and belongs into the transaction of the change's event.
 */
export type DataKey = {
  /** Throws `secret_unreadable`, with what to do, while it is locked. */
  current(): { readonly key: Buffer; readonly id: Buffer };
  state(): DataKeyState;
  /** The wraps that the start found, when it left others. */
  readonly protectedBefore: readonly string[] | null;
  /** Rejects with `secret_unreadable` while the key is locked. */
  preparePassphrase(passphrase: string): Promise<() => void>;
  /** Unlocks; resolves with undefined for a wrong passphrase. Rejects with `conflict` when none is set. */
  prepareRecovery(passphrase: string): Promise<(() => void) | undefined>;
  /** Gives up a locked key: keeps its file beside, makes a new one. Throws `conflict` while the key is open. */
  startOver(): void;
  /** What a backup is sealed with and opened by. Throws `conflict` where no recovery passphrase is set, `secret_unreadable` while it is locked. */
  forBackup(): { readonly key: Buffer; readonly id: string; readonly wrap: PassphraseWrap };
};

const FILE = 'file';
const PASSPHRASE = 'passphrase';
const fileWrap: KeyWrap = { name: FILE, wrap: (key) => key, unwrap: (wrapped) => wrapped };

const KEY_BYTES = 32;
/** Of the key's SHA-256, in every sealed row. */
const ROW_ID_BYTES = 4;

const REPLACED = 'Stored passwords could not be read with the present key. Enter them again.';

/**
 * Opens the key of the data folder by whichever wrap opens, adds the shell's own wrap where it is missing, and makes a key where there
 * is none, or none that anybody could ever open. `hasSecrets` says whether anything is sealed already. Synchronous: it belongs to the
 * start. Throws `folder_not_writable` when a new key cannot be written.
 */
export function openDataKey(
  dataFolder: string,
  options: { readonly own?: KeyWrap | undefined; readonly hasSecrets: () => boolean; readonly log: Logger },
): DataKey {
  const { own = fileWrap, log } = options;
  const path = keyFilePath(dataFolder);
  let file: KeyFile = { format: 2, id: null, wraps: {} };
  let key: Buffer | undefined;
  /** Why the file itself cannot be used now. */
  let obstacle: string | undefined;
  let replaced = false;
  let protectedBefore: readonly string[] | null = null;

  function start(): void {
    const found = readKeyFile(path);
    switch (found.kind) {
      case 'none':
        replaced = options.hasSecrets();
        make();
        break;
      case 'damaged':
        replace();
        break;
      case 'newer':
        obstacle = 'their key was written by a newer Gatehouse. Install that version.';
        break;
      case 'unreachable':
        obstacle = `keys/data.key in the data folder cannot be read (${found.errno}). Correct its owner and permissions, then start Gatehouse again.`;
        break;
      case 'found':
        file = found.file;
        key = unwrap(own) ?? unwrap(fileWrap);
        if (key !== undefined) renew(key);
        else if (names(file).every((name) => name === FILE)) replace();
    }
    const { trouble } = state();
    if (trouble !== null) log.warn(trouble);
  }

  function renew(opened: Buffer): void {
    const before = names(file);
    try {
      protect(opened);
    } catch (error) {
      log.warn('the protection of the key of the stored secrets could not be renewed; it stays as it was', error);
    }
    if (names(file).join() !== before.join()) protectedBefore = before;
  }

  /** Adds the own wrap. A stronger one than the file's mode takes the place of that, once it was read back and opened. */
  function protect(opened: Buffer): void {
    if (unwrap(own) === undefined) {
      store(opened, { ...file.wraps, [own.name]: own.wrap(opened).toString('base64') });
    }
    if (own.name === FILE || !Object.hasOwn(file.wraps, FILE) || unwrap(own) === undefined) return;
    store(opened, without(file.wraps, FILE));
    log.info(
      'The key of the stored secrets is now protected by the key store of this machine alone. "gatehouse serve" on this data folder needs the recovery passphrase.',
    );
  }

  function store(opened: Buffer, wraps: KeyFile['wraps'], base: object = file): void {
    writeKeyFile(path, { ...base, format: 2, id: fileIdOf(opened), wraps });
    const found = readKeyFile(path);
    if (found.kind !== 'found') throw new AppError('folder_not_writable', 'The key of the stored secrets was changed by another program.');
    file = found.file;
  }

  function make(): void {
    const made = randomBytes(KEY_BYTES);
    store(made, { [own.name]: own.wrap(made).toString('base64') }, {});
    key = made;
    obstacle = undefined;
  }

  /** The file that is set aside is kept: somebody may still mend it or find its passphrase. */
  function replace(): void {
    setKeyFileAside(path);
    make();
    replaced = true;
  }

  function unwrap(wrap: KeyWrap): Buffer | undefined {
    const wrapped = file.wraps[wrap.name];
    if (typeof wrapped !== 'string') return undefined;
    try {
      const opened = wrap.unwrap(Buffer.from(wrapped, 'base64'));
      return fits(opened) ? opened : undefined;
    } catch {
      // Another machine's, another user's, or damaged: it does not open here.
      return undefined;
    }
  }

  function fits(opened: Buffer): boolean {
    return opened.length === KEY_BYTES && (file.id === null || file.id === fileIdOf(opened));
  }

  async function openBy(passphrase: string): Promise<Buffer | undefined> {
    if (obstacle !== undefined) throw new AppError('secret_unreadable', lockedWords());
    const wrap = readPassphraseWrap(file.wraps[PASSPHRASE]);
    if (wrap === undefined) throw new AppError('conflict', 'No recovery passphrase is set for these secrets.');
    const opened = await openWithPassphrase(wrap, passphrase);
    return opened !== undefined && fits(opened) ? opened : undefined;
  }

  function current(): Buffer {
    if (key === undefined) throw new AppError('secret_unreadable', lockedWords());
    return key;
  }

  function state(): DataKeyState {
    return {
      state: key === undefined ? 'locked' : 'open',
      protectedBy: names(file),
      passphraseSet: readPassphraseWrap(file.wraps[PASSPHRASE]) !== undefined,
      trouble: key === undefined ? lockedWords() : replaced ? REPLACED : null,
    };
  }

  function lockedWords(): string {
    if (obstacle !== undefined) return `The stored secrets are locked: ${obstacle}`;
    const passphrase = readPassphraseWrap(file.wraps[PASSPHRASE]) !== undefined;
    const elsewhere = own.name === FILE && names(file).some((name) => name !== FILE && name !== PASSPHRASE);
    const cause = elsewhere ? 'only the desktop application opens their key' : 'nothing on this machine opens their key';
    const wayIn = passphrase
      ? `${elsewhere ? 'Open the desktop application instead, or give' : 'Give'} the recovery passphrase with: gatehouse recover`
      : elsewhere
        ? 'Open the desktop application once and set a recovery passphrase there, then give it with: gatehouse recover'
        : 'No recovery passphrase was set';
    return `The stored secrets are locked: ${cause}. ${wayIn}. To give them up and enter them again: gatehouse recover --new-key`;
  }

  start();
  return {
    protectedBefore,
    current() {
      const opened = current();
      return { key: opened, id: hashOf(opened).subarray(0, ROW_ID_BYTES) };
    },
    state,
    async preparePassphrase(passphrase) {
      const opened = current();
      const wrap = await wrapWithPassphrase(opened, passphrase);
      return () => store(opened, { ...file.wraps, [PASSPHRASE]: wrap });
    },
    async prepareRecovery(passphrase) {
      const opened = await openBy(passphrase);
      if (opened === undefined) return undefined;
      return () => {
        protect(opened);
        key = opened;
      };
    },
    startOver() {
      if (key !== undefined) throw new AppError('conflict', 'The stored secrets can be read: there is no reason to give them up.');
      replace();
    },
    forBackup() {
      const opened = current();
      const wrap = readPassphraseWrap(file.wraps[PASSPHRASE]);
      if (wrap === undefined)
        throw new AppError('conflict', 'Set a recovery passphrase first: it is what opens a backup on another machine.');
      return { key: opened, id: fileIdOf(opened), wrap };
    },
  };
}

/**
 * Writes the key file of a restored data folder: it opens by the recovery passphrase, and for whoever can read the folder until a shell
 * takes it into its own key store. Throws `folder_not_writable`.
 */
export function writeRestoredKey(dataFolder: string, key: Buffer, wrap: PassphraseWrap): void {
  writeKeyFile(keyFilePath(dataFolder), { format: 2, id: fileIdOf(key), wraps: { [FILE]: key.toString('base64'), [PASSPHRASE]: wrap } });
}

/** True where the key is the one of this id, as `forBackup` gives it. */
export function isKeyOf(key: Buffer, id: string): boolean {
  return fileIdOf(key) === id;
}

function hashOf(key: Buffer): Buffer {
  return createHash('sha256').update(key).digest();
}

function fileIdOf(key: Buffer): string {
  return hashOf(key).toString('hex').slice(0, 16);
}

function names(file: KeyFile): string[] {
  return Object.keys(file.wraps).toSorted();
}

function without(wraps: KeyFile['wraps'], name: string): KeyFile['wraps'] {
  return Object.fromEntries(Object.entries(wraps).filter(([one]) => one !== name));
}
