import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, listens, startDaemon } from './daemon.ts';
import { temporaryFolder } from './folders.ts';

/** The test string that every scanner takes for a virus, in halves, so that none takes this file for one. */
export const EICAR = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD` + '-ANTIVIRUS-TEST-FILE!$H+H*';

/** A real c-icap with the services virus_scan, on a real clamd that knows EICAR alone, and echo. */
export async function startIcap(): Promise<{ readonly port: number }> {
  const folder = temporaryFolder();
  const database = join(folder, 'db');
  const socket = join(folder, 'clamd.sock');
  mkdirSync(database);
  const hex = Buffer.from(EICAR).toString('hex');
  writeFileSync(
    join(database, 'test.ndb'),
    `Eicar-Of-Ours:0:*:${hex}\nNothing-Of-Ours:0:*:${Buffer.from('never in a file of the tests').toString('hex')}\n`,
  );
  const clamd = [
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${database}`,
    'Foreground yes',
    `TemporaryDirectory ${folder}`,
    'MaxThreads 2',
  ];
  writeFileSync(join(folder, 'clamd.conf'), `${clamd.join('\n')}\n`);
  const port = await freePort();
  const config = [
    `PidFile ${join(folder, 'c-icap.pid')}`,
    `CommandsSocket ${join(folder, 'c-icap.ctl')}`,
    `Port 127.0.0.1:${port}`,
    'StartServers 1',
    'MaxServers 1',
    'ThreadsPerChild 5',
    'ServerName test',
    `TmpDir ${folder}`,
    'ModulesDir /usr/lib/x86_64-linux-gnu/c_icap',
    'ServicesDir /usr/lib/x86_64-linux-gnu/c_icap',
    'TemplateDir /usr/share/c_icap/templates/',
    'LoadMagicFile /etc/c-icap/c-icap.magic',
    `ServerLog ${join(folder, 'server.log')}`,
    `AccessLog ${join(folder, 'access.log')}`,
    'Service echo srv_echo.so',
    'Service antivirus_module virus_scan.so',
    'ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple',
    'virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE',
    'virus_scan.SendPercentData 5',
    'virus_scan.MaxObjectSize 100M',
    'Module common clamd_mod.so',
    `clamd_mod.ClamdSocket ${socket}`,
  ];
  writeFileSync(join(folder, 'c-icap.conf'), `${config.join('\n')}\n`);
  await startDaemon('clamd', ['-c', join(folder, 'clamd.conf')], () => listens(socket));
  await startDaemon('c-icap', ['-N', '-f', join(folder, 'c-icap.conf')], () => listens(port));
  return { port };
}
