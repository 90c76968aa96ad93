import type { Dialog, SafeStorage } from 'electron';
import { AppError } from '../engine/contract/errors.ts';
import { prepareDataFolder } from '../engine/lib/data-folder.ts';
import type { EngineStart } from './engine-messages.ts';
import { texts } from './texts.ts';
import { openWrapKey, setWrapKeyAside } from './wrap-key-file.ts';

export type DataFolder = {
  readonly path: string;
  /** Nobody chose it: the folders above it are made too. */
  readonly isDefault: boolean;
};

/**
 * What the engine is started with. Where the key store is locked the person decides; rejects with `cancelled` when that is to quit, and
 * with the AppErrors of prepareDataFolder.
 */
export async function readStartOptions(services: {
  readonly dataFolder: DataFolder;
  readonly overrides: EngineStart['overrides'];
  /** Where the sealed wrap key lies. */
  readonly userData: string;
  readonly safeStorage: SafeStorage;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly platform: NodeJS.Platform;
}): Promise<EngineStart> {
  const { dataFolder, overrides, userData, safeStorage, dialog, platform } = services;
  const path = prepareDataFolder(dataFolder.path, { isDefault: dataFolder.isDefault });
  for (;;) {
    const wrapKey = await openWrapKey(userData, safeStorage, platform);
    if (wrapKey.kind !== 'locked') return { dataFolder: path, overrides, wrapKey: wrapKey.kind === 'key' ? wrapKey.key : null };
    const { keyStore } = texts;
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      title: keyStore.title,
      message: keyStore.locked,
      detail: keyStore.lockedDetail,
      buttons: [keyStore.again, keyStore.without, keyStore.quit],
      defaultId: 0,
      cancelId: 2,
    });
    if (response === 2) throw new AppError('cancelled', 'The servers were not started: the key store is locked.');
    if (response === 1) setWrapKeyAside(userData);
  }
}
