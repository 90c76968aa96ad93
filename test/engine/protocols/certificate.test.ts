import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOrCreateCertificate } from '../../../engine/protocols/certificate.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';

const NAMES = ['gatehouse.example', 'localhost', '192.0.2.7', '::1', '2001:db8::7:0'] as const;

describe('the server certificate', () => {
  it('is one that OpenSSL reads, verifies strictly and shows with the same fingerprint', async () => {
    const folder = temporaryFolder();
    const { fingerprint } = await loadOrCreateCertificate(folder, NAMES);
    const file = join(folder, 'tls-certificate.pem');
    const verified = await run('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-verify_ip',
      '2001:db8::7:0',
      '-CAfile',
      file,
      file,
    ]);
    expect(verified).toMatchObject({ code: 0, stdout: `${file}: OK\n` });
    const shown = await run('openssl', ['x509', '-in', file, '-noout', '-text', '-fingerprint', '-sha256']);
    expect(shown.stdout).toContain(`ingerprint=${fingerprint}`);
    expect(shown.stdout).toContain(
      'DNS:gatehouse.example, DNS:localhost, IP Address:192.0.2.7, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:7:0',
    );
    expect(shown.stdout).toContain('ecdsa-with-SHA256');
  });

  it('is made once and then kept, with a key that only its owner reads', async () => {
    const folder = join(temporaryFolder(), 'new', 'tls');
    const first = await loadOrCreateCertificate(folder, NAMES);
    const key = join(folder, 'tls-key.pem');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    chmodSync(key, 0o644);
    expect(await loadOrCreateCertificate(folder, ['other.example'])).toEqual(first);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['tls-certificate.pem', 'tls-key.pem']);
  });

  it('is valid from yesterday for ten years', async () => {
    const now = Date.UTC(2041, 0, 1);
    const { cert, validUntilMs } = await loadOrCreateCertificate(temporaryFolder(), NAMES, { now: () => now });
    const parsed = new X509Certificate(cert);
    expect(Date.parse(parsed.validFrom)).toBe(now - 86_400_000);
    // After 2049 the form of the time changes.
    expect(new Date(validUntilMs).toISOString()).toBe('2050-12-30T00:00:00.000Z');
  });

  it('finishes what a crash left: a key alone', async () => {
    const folder = temporaryFolder();
    const { key } = await loadOrCreateCertificate(folder, NAMES);
    rmSync(join(folder, 'tls-certificate.pem'));
    expect((await loadOrCreateCertificate(folder, NAMES)).key).toBe(key);
  });

  it('is never replaced silently', async () => {
    const folder = temporaryFolder();
    const { cert } = await loadOrCreateCertificate(folder, NAMES);
    const other = await loadOrCreateCertificate(temporaryFolder(), NAMES);
    const unusable = { code: 'secret_unreadable' };
    for (const key of ['', 'damaged', other.key]) {
      writeFileSync(join(folder, 'tls-key.pem'), key);
      await expect(loadOrCreateCertificate(folder, NAMES), key).rejects.toMatchObject(unusable);
    }
    rmSync(join(folder, 'tls-key.pem'));
    await expect(loadOrCreateCertificate(folder, NAMES)).rejects.toMatchObject(unusable);
    expect(readFileSync(join(folder, 'tls-certificate.pem'), 'utf8')).toBe(cert);
  });
});
