import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunProgram } from './run-program.ts';

/** What kind of disk holds a folder. */
export type Volume = {
  readonly kind: 'fixed' | 'removable' | 'network' | 'memory' | 'unknown';
  /** As the system calls it, such as `ext4` or `nfs4`; empty where it does not say. */
  readonly fileSystem: string;
};

const UNKNOWN: Volume = { kind: 'unknown', fileSystem: '' };
const NETWORK =
  /^(nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|davfs2?|9p|ceph|afs|ncpfs|lustre|glusterfs|fuse\.(sshfs|rclone|davfs|s3fs|gvfsd-fuse|glusterfs|ceph))$/;
const MEMORY = /^(tmpfs|ramfs)$/;

/** The volume of an existing folder, given by its real path. Never rejects: what cannot be found out is `unknown`. */
export async function volumeOf(path: string, run: RunProgram, platform: NodeJS.Platform = process.platform): Promise<Volume> {
  switch (platform) {
    case 'linux':
      return linuxVolume(path);
    case 'darwin': {
      const mounts = await run('/sbin/mount', []);
      return mounts === null ? UNKNOWN : macVolume(mounts.output, path);
    }
    case 'win32':
      return windowsVolume(path, run);
    default:
      return UNKNOWN;
  }
}

type Mount = { readonly point: string; readonly device: string; readonly fileSystem: string };

async function linuxVolume(path: string): Promise<Volume> {
  const mount = mountOf(parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')), path);
  if (mount === undefined) return UNKNOWN;
  const { fileSystem, device } = mount;
  if (NETWORK.test(fileSystem)) return { kind: 'network', fileSystem };
  if (MEMORY.test(fileSystem)) return { kind: 'memory', fileSystem };
  return { kind: (await isRemovable(device)) ? 'removable' : 'fixed', fileSystem };
}

/** The mounts in /proc/self/mountinfo (proc(5)), in their order. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device, , point] = before.split(' ');
    const [fileSystem = ''] = after.split(' ');
    if (device === undefined || point === undefined || fileSystem === '') return [];
    const plain = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return [{ point: plain, device, fileSystem }];
  });
}

/** The mount that holds `path`: the longest point above it, the last one where several lie on another. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`))
    .reduce<Mount | undefined>((best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best), undefined);
}

/** Whether the block device (`major:minor`) can be pulled out; disks on USB call themselves fixed, so their place counts too. */
async function isRemovable(device: string): Promise<boolean> {
  const folder = await realpath(join('/sys/dev/block', device)).catch(() => null);
  if (folder === null) return false;
  if (/\/usb\d/.test(folder)) return true;
  // A partition has no such file, the disk above it has.
  for (const place of [folder, dirname(folder)]) {
    const flag = await readFile(join(place, 'removable'), 'utf8').catch(() => null);
    if (flag !== null) return flag.trim() === '1';
  }
  return false;
}

/** Out of the output of macOS's mount(8): `source on /point (type, options)`. */
export function macVolume(output: string, path: string): Volume {
  const mounts = [...output.matchAll(/^.+? on (\/.*) \(([^,)]+).*\)$/gm)].map(([, point = '', fileSystem = '']) => ({
    point,
    device: '',
    fileSystem,
  }));
  const mount = mountOf(mounts, path);
  if (mount === undefined) return UNKNOWN;
  const { fileSystem, point } = mount;
  if (NETWORK.test(fileSystem)) return { kind: 'network', fileSystem };
  return { kind: point.startsWith('/Volumes/') ? 'removable' : 'fixed', fileSystem };
}

async function windowsVolume(path: string, run: RunProgram): Promise<Volume> {
  if (path.startsWith('\\\\') && !path.startsWith('\\\\?\\')) return { kind: 'network', fileSystem: '' };
  const letter = /^(?:\\\\\?\\)?([A-Za-z]):/.exec(path)?.[1];
  if (letter === undefined) return UNKNOWN;
  const script = `$d=[System.IO.DriveInfo]::new('${letter}'); "$($d.DriveType) $($d.DriveFormat)"`;
  const answer = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
  const [type = '', fileSystem = ''] = answer?.output.trim().split(' ') ?? [];
  const kinds: Readonly<Record<string, Volume['kind']>> = { Fixed: 'fixed', Removable: 'removable', Network: 'network', Ram: 'memory' };
  return { kind: kinds[type] ?? 'unknown', fileSystem };
}
