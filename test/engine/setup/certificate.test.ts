import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rpc } from '../../../engine/contract/rpc.ts';
import { TESTER } from '../../helpers/api.ts';
import { makeCertificate } from '../../helpers/certificates.ts';
import { rowOf, startSetup } from './start-setup.ts';

describe('the certificate of FTPS', () => {
  it('is shown, made where there is none yet', async () => {
    const { certificate } = await startSetup();
    const shown = await certificate.get();
    expect(rpc['certificate.get'].output.parse(shown)).toEqual(shown);
    expect(shown).toMatchObject({ subject: 'CN=localhost', names: ['localhost', '127.0.0.1'], selfSigned: true, warnings: [] });
    expect(await certificate.get()).toEqual(shown);
  });

  it.each(['pem', 'pfx'] as const)('is replaced in the running server by an imported one (%s)', async (form) => {
    const { certificate, setup, recorded, listeners } = await startSetup({ listen: ['ftp'] });
    const made = await makeCertificate({ names: ['ftp.example'], password: 'correct horse' });
    const imported = await certificate.import(made[form], TESTER);
    expect(imported).toMatchObject({
      sha256: new X509Certificate(made.pem.certificate).fingerprint256,
      names: ['ftp.example'],
      warnings: [],
    });
    expect((await certificate.get()).sha256).toBe(imported.sha256);
    expect(listeners.status('ftp').state).toBe('listening');
    // The client of the self-test compares what the server shows.
    expect(rowOf(await setup.selfTest(TESTER), 'FTPS@127.0.0.1/files')?.state).toBe('passed');
    const text = JSON.stringify((await recorded('BASE_CONFIG_UPDATE')).at(-1));
    expect(text).toContain(imported.sha256);
    expect(text).not.toMatch(/PRIVATE KEY|correct horse/);
  });

  it('stays as it was after a bad import, and the server with it', async () => {
    const { certificate, setup, recorded } = await startSetup({ listen: ['ftp'] });
    const before = await certificate.get();
    await expect(certificate.import({ certificate: 'x', key: 'y' }, TESTER)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await certificate.get()).toEqual(before);
    expect(rowOf(await setup.selfTest(TESTER), 'FTPS@127.0.0.1/files')?.state).toBe('passed');
    expect(JSON.stringify(await recorded('BASE_CONFIG_UPDATE'))).not.toContain('certificate');
  });

  it('can be imported over a damaged one', async () => {
    const { certificate, dataFolder } = await startSetup();
    await certificate.get();
    writeFileSync(join(dataFolder, 'keys', 'tls', 'tls-key.pem'), 'damaged');
    await expect(certificate.get()).rejects.toMatchObject({ code: 'secret_unreadable' });
    const made = await makeCertificate({ names: ['ftp.example'] });
    await certificate.import(made.pem, TESTER);
    expect((await certificate.get()).names).toEqual(['ftp.example']);
    expect(readFileSync(join(dataFolder, 'keys', 'tls', 'tls-key.pem'), 'utf8')).toBe('damaged');
  });

  it('comes with warnings of what would trouble partners', async () => {
    const { certificate, settings } = await startSetup();
    await settings.save({ server: { publicName: 'files.example' } }, TESTER);
    const made = await makeCertificate({ names: ['ftp.example'], days: 10 });
    const { warnings } = await certificate.import(made.pem, TESTER);
    expect(warnings).toEqual([expect.stringMatching(/^It expires in (9|10) days/), expect.stringContaining('not made for files.example')]);
  });
});
