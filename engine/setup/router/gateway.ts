import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import type { RunProgram } from '../run-program.ts';

/** IPv4 address of the router that leads out of the network, as the system's routing table says; null without one. Never rejects. */
export async function defaultGateway(run: RunProgram, platform: NodeJS.Platform = process.platform): Promise<string | null> {
  switch (platform) {
    case 'linux':
      return gatewayOfLinux(await readFile('/proc/net/route', 'utf8').catch(() => ''));
    case 'darwin':
      return gatewayOfMac((await run('/sbin/route', ['-n', 'get', 'default']))?.output ?? '');
    case 'win32':
      return gatewayOfWindows((await run('route.exe', ['print', '-4', '0.0.0.0']))?.output ?? '');
    default:
      return null;
  }
}

const UP_AND_GATEWAY = 0x3;

/** Out of /proc/net/route: addresses in hexadecimal, lowest byte first; of several default routes the one of the lowest metric. */
export function gatewayOfLinux(table: string): string | null {
  const routes = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, destination, , flags = '']) => destination === '00000000' && (Number.parseInt(flags, 16) & UP_AND_GATEWAY) === UP_AND_GATEWAY,
    )
    .sort((a, b) => Number(a[6]) - Number(b[6]));
  const gateway = routes[0]?.[2];
  if (gateway === undefined || !/^[0-9A-F]{8}$/i.test(gateway)) return null;
  return [...Buffer.from(gateway, 'hex')].reverse().join('.');
}

/** Out of `route -n get default`. */
export function gatewayOfMac(output: string): string | null {
  return ipv4OrNull(/^\s*gateway: (\S+)$/m.exec(output)?.[1]);
}

/** Out of `route print -4 0.0.0.0`, whose headings are translated and whose rows are not: destination, mask, gateway, interface, metric. */
export function gatewayOfWindows(output: string): string | null {
  const routes = [...output.matchAll(/^\s*0\.0\.0\.0\s+0\.0\.0\.0\s+(\S+)\s+\S+\s+(\d+)\s*$/gm)].sort(
    (a, b) => Number(a[2]) - Number(b[2]),
  );
  return ipv4OrNull(routes.map(([, gateway]) => gateway).find((gateway) => gateway !== undefined && isIPv4(gateway)));
}

function ipv4OrNull(text: string | undefined): string | null {
  return text !== undefined && isIPv4(text) ? text : null;
}
