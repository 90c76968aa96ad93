import { posix, type PlatformPath, win32 } from 'node:path';

/** What surrounds a folder that is judged by its path alone. */
export type Surroundings = {
  readonly platform: NodeJS.Platform;
  /** Absolute. */
  readonly dataFolder: string;
  readonly homeFolder: string;
  readonly env: NodeJS.ProcessEnv;
};

/** Folders of the system: nothing of ours belongs in `inside` or below it, nor directly into `exact`. */
function systemFolders({ platform, env }: Surroundings): { readonly inside: readonly string[]; readonly exact: readonly string[] } {
  if (platform === 'win32') {
    const named = [env['SystemRoot'], env['ProgramFiles'], env['ProgramFiles(x86)'], env['ProgramData']];
    return {
      inside: ['C:\\Windows', ...named.filter((path) => path !== undefined)],
      exact: [env['PUBLIC'] ?? 'C:\\Users\\Public', 'C:\\Users'],
    };
  }
  if (platform === 'darwin') {
    return {
      inside: ['/System', '/Library', '/Applications', '/bin', '/sbin', '/usr', '/etc', '/private/etc', '/dev', '/cores'],
      exact: ['/Users', '/Users/Shared', '/Volumes', '/private', '/var', '/private/var', '/tmp', '/private/tmp', '/opt'],
    };
  }
  return {
    inside: ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/proc', '/sbin', '/sys', '/usr'],
    exact: ['/home', '/media', '/mnt', '/opt', '/root', '/run', '/srv', '/tmp', '/var', '/var/lib', '/var/log', '/var/tmp'],
  };
}

/**
 * Why this absolute path may not be the exchange folder, in words with what to do; null when nothing speaks against its place. Pure:
 * the disk is not looked at, so links have to be resolved before.
 */
export function placeProblem(path: string, around: Surroundings): string | null {
  const paths = around.platform === 'win32' ? win32 : posix;
  if (!paths.isAbsolute(path)) return 'Give the whole path of the folder, from the drive or the root on.';
  const folder = paths.resolve(path);
  if (paths.parse(folder).root === folder || (around.platform === 'darwin' && paths.dirname(folder) === '/Volumes'))
    return 'This is a whole drive. Choose a folder on it, so that nothing else of the drive is handed out.';
  const { inside, exact } = systemFolders(around);
  if (inside.some((system) => contains(system, folder, paths)) || exact.some((system) => isSame(system, folder, paths)))
    return 'This folder belongs to the operating system. Choose one of your own, such as a folder in your home.';
  if (isSame(around.homeFolder, folder, paths)) return 'This is your whole home folder. Choose a folder in it, such as File Exchange.';
  // The place that Gatehouse takes when no folder is chosen.
  if (isSame(paths.join(around.dataFolder, 'exchange'), folder, paths)) return null;
  if (contains(around.dataFolder, folder, paths) || contains(folder, around.dataFolder, paths))
    return 'Gatehouse keeps its own data (database, keys) here. Choose a folder that neither holds it nor lies in it.';
  return null;
}

const SYNC_SERVICES: readonly (readonly [service: string, name: RegExp])[] = [
  ['OneDrive', /^OneDrive( - .+)?$/i],
  ['Dropbox', /^Dropbox( \(.+\))?$/i],
  ['iCloud Drive', /^(iCloud ?Drive|Mobile Documents)$/i],
  ['Google Drive', /^(Google ?Drive(-.+)?|My Drive)$/i],
  ['Nextcloud', /^Nextcloud\d*$/i],
  ['ownCloud', /^ownCloud\d*$/i],
  ['a cloud service', /^CloudStorage$/],
];

/** The service whose client copies this folder to the Internet, as far as the names in its path tell; null when none does. */
export function syncService(path: string): string | null {
  const parts = path.split(/[\\/]/);
  return SYNC_SERVICES.find(([, name]) => parts.some((part) => name.test(part)))?.[0] ?? null;
}

function isSame(a: string, b: string, paths: PlatformPath): boolean {
  return paths.relative(a, b) === '';
}

/** Whether `path` is `folder` or lies in it; on Windows in any case. */
function contains(folder: string, path: string, paths: PlatformPath): boolean {
  const way = paths.relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way));
}
