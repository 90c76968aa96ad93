import { createFolder, listFolders } from '../../setup/machine-folders.ts';
import type { Handlers } from '../dispatch.ts';

export function machineHandlers(): Pick<Handlers, 'machine.folders' | 'machine.createFolder'> {
  return {
    'machine.folders': ({ path }) => listFolders(path),
    'machine.createFolder': ({ parent, name }) => createFolder(parent, name),
  };
}
