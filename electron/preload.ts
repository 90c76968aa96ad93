/** Entry of the sandboxed preload script; build/preload.ts makes one CommonJS file of it. */
import { contextBridge, ipcRenderer } from 'electron';
import { createBridge } from './bridge.ts';
import type { TRAY_ARGUMENT } from './ipc-channels.ts';

// The table of channels brings zod with it; a type keeps the two spellings the same.
const trayArgument: typeof TRAY_ARGUMENT = '--gatehouse-tray';

contextBridge.exposeInMainWorld('gatehouse', createBridge(ipcRenderer, process.argv.includes(trayArgument)));
