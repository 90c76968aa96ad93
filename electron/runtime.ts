import type * as Electron from 'electron';

/**
 * What the application uses of Electron. main.ts alone imports the module and hands it over, so that tests can run the same application
 * on a stand-in, and so that this list stays short.
 */
export type ElectronRuntime = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeTheme'
  | 'Notification'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
  | 'shell'
  | 'Tray'
  | 'utilityProcess'
>;
