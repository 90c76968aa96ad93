import { AppError } from '../../engine/contract/errors.ts';
import type { CheckRow } from '../../engine/contract/methods/setup.ts';
import type { Output } from '../../engine/contract/rpc.ts';
import type { DemoMethods } from './methods.ts';
import type { Office } from './office.ts';
import { iso } from './moments.ts';

type SetupMethods = Extract<keyof DemoMethods, `setup.${string}` | `machine.${string}` | `certificate.${string}`>;

const DAY_MS = 86_400_000;

/** The set-up with its checks, and the machine that it is made on. */
export function demoSetup(office: Office): Pick<DemoMethods, SetupMethods> {
  const { world, push } = office;
  let draft: Record<string, unknown> = {};
  const folders = new Set<string>();
  let firewallOpen = office.settings.server.setUp;
  const row = (id: string, title: string, message: string, state: CheckRow['state'] = 'passed'): CheckRow => ({
    id,
    title,
    message,
    state,
    fix: null,
  });

  return {
    'setup.get': () => ({
      done: office.settings.server.setUp,
      draft: draft as Output<'setup.get'>['draft'],
      suggestedFolder: '/home/office/File Exchange',
      dataFolder: '/home/office/.local/share/gatehouse',
      hostName: 'frontdesk',
      platform: 'linux',
      lanAddresses: ['192.168.1.20'],
      settings: office.settings,
    }),
    'setup.saveDraft': (answers) => {
      draft = answers;
      return answers;
    },
    'setup.checkFolder': ({ path, create }) => {
      if (!path.startsWith('/home/'))
        return {
          rows: [
            row(
              'folder.place',
              'Place',
              'This folder belongs to the operating system. Choose one of your own, such as a folder in your home.',
              'failed',
            ),
          ],
        };
      if (create) folders.add(path);
      if (!folders.has(path))
        return {
          rows: [
            {
              ...row('folder.place', 'Place', 'The folder does not exist yet.', 'failed'),
              fix: { id: 'create-folder', title: 'Create the folder', value: path },
            },
          ],
        };
      return {
        rows: [
          row('folder.place', 'Place', 'The folder is there.'),
          row('folder.write', 'Create, write, rename, delete', 'A test file was made, written to the disk, renamed and deleted.'),
          row('folder.space', 'Free space', '212 GB are free.'),
          row('folder.disk', 'Kind of disk', 'A disk of this machine (ext4).'),
        ],
      };
    },
    'setup.checkPorts': ({ sftp, ftp, implicitTls, passive }) => {
      const port = (id: 'sftp' | 'ftp' | 'implicitTls', label: string, wanted: number, offer: number): CheckRow =>
        wanted < 1024
          ? {
              ...row(id, `${label} port ${wanted}`, 'Only an administrator may open ports below 1024 on this system.', 'failed'),
              fix: { id: 'use-port', title: `Use port ${offer}`, value: offer },
            }
          : row(id, `${label} port ${wanted}`, `Port ${wanted} is free.`);
      return {
        rows: [
          ...(sftp === undefined ? [] : [port('sftp', 'SFTP', sftp, 2022)]),
          ...(ftp === undefined ? [] : [port('ftp', 'FTP', ftp, 2121)]),
          ...(implicitTls === undefined ? [] : [port('implicitTls', 'FTP with implicit TLS', implicitTls, 2990)]),
          ...(passive === undefined
            ? []
            : [
                row(
                  'passive',
                  `FTP data ports ${passive.from} to ${passive.to}`,
                  `${passive.to - passive.from + 1} of ${passive.to - passive.from + 1} ports are free.`,
                ),
              ]),
        ],
      };
    },
    'setup.checkReach': ({ fromInternet, sftp }) => ({
      rows: [
        row('reach.addresses', 'Addresses in the office', 'Partners in the office connect to 192.168.1.20.'),
        firewallOpen
          ? row('reach.firewall', 'Firewall of this machine', 'ufw is on and lets the ports in.')
          : {
              ...row('reach.firewall', 'Firewall of this machine', 'ufw is on and has no rule for the ports.', 'failed'),
              fix: { id: 'firewall', title: 'Let partners through', value: { sftp: sftp ?? 2022 } },
            },
        ...(fromInternet
          ? [
              row('reach.router', 'Address on the Internet', 'The router did not answer. Forward the ports by hand.', 'warning'),
              {
                ...row('reach.outside', 'From outside', 'Whether partners get through can only be tried from outside.', 'warning'),
                fix: { id: 'watch' as const, title: 'Watch' },
              },
            ]
          : []),
      ],
    }),
    'setup.fix': ({ id, value }) => {
      if (id === 'create-folder' && typeof value === 'string') folders.add(value);
      if (id === 'firewall') firewallOpen = true;
      return {
        rows: id === 'firewall' ? [row('reach.firewall', 'Firewall of this machine', 'The firewall was told to let the ports in.')] : [],
      };
    },
    'setup.selfTest': async () => {
      const ways = [...(office.settings.sftp.enabled ? ['SFTP'] : []), ...(office.settings.ftp.enabled ? ['FTPS'] : [])];
      const done: CheckRow[] = ways.flatMap((way) =>
        ['127.0.0.1', '192.168.1.20'].flatMap((address) => [
          row(`${way}@${address}/connect`, `${way} on ${address}: connection`, 'Connected; the server is ours.'),
          row(`${way}@${address}/sign-in`, `${way} on ${address}: sign-in`, 'Signed in; a wrong password was refused.'),
          row(
            `${way}@${address}/files`,
            `${way} on ${address}: files`,
            'A file of 64 KiB was sent, listed, fetched, found unchanged and deleted.',
          ),
        ]),
      );
      for (let index = 0; index <= done.length; index++) {
        push({
          kind: 'self-test',
          rows: done.map((item, at) => (at < index ? item : { ...item, state: at === index ? 'running' : 'waiting', message: '' })),
        });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { rows: done };
    },
    'setup.goLive': () => {
      office.settings = { ...office.settings, server: { ...office.settings.server, setUp: true } };
      push({ kind: 'config-changed', sections: ['server'] });
      return { done: true };
    },
    'certificate.acme': () => ({
      enabled: office.settings.acme.enabled,
      ordering: false,
      fetched: office.settings.acme.enabled,
      domains: office.settings.acme.domains,
      error: null,
      nextAttemptAt: null,
    }),
    'certificate.order': () => {
      throw new AppError('outbound_failed', 'The certificate authority gave no certificate: the demo has no way to the Internet.');
    },
    'certificate.get': () => ({
      subject: 'frontdesk',
      issuer: 'frontdesk',
      names: ['frontdesk', 'localhost', '192.168.1.20'],
      validFrom: iso(world.now - 30 * DAY_MS),
      validTo: iso(world.now + 700 * DAY_MS),
      sha256: '4F:2B:9C:11:7E:A0:55:D3:0B:66:C8:12:9A:EF:34:70:81:5D:2C:B9:E6:43:0F:78:AD:91:5B:C0:37:E2:68:14',
      selfSigned: true,
      warnings: [],
    }),
    'certificate.import': () => {
      throw new AppError('invalid_input', 'The key does not belong to the certificate. Import the pair that was issued together.', {
        field: 'key',
      });
    },
    'machine.folders': ({ path }) => ({
      path: path === '' ? '/home/office' : path,
      parent: path === '/' ? null : '/home',
      folders: ['Desktop', 'Documents', 'File Exchange'].map((name) => ({ name, path: `${path === '' ? '/home/office' : path}/${name}` })),
      truncated: false,
    }),
    'machine.createFolder': ({ parent, name }) => ({ path: `${parent}/${name}` }),
  };
}
