import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CertificateFiles, importCertificate, loadOrCreateCertificate } from '../../../engine/protocols/certificate.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';
import { makeCertificate } from '../../helpers/certificates.ts';

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
    await loadOrCreateCertificate(folder, NAMES);
    const key = readFileSync(join(folder, 'tls-key.pem'), 'utf8');
    rmSync(join(folder, 'tls-certificate.pem'));
    const { cert, tls } = await loadOrCreateCertificate(folder, NAMES);
    expect(tls).toEqual({ cert, key });
  });

  it('is never replaced silently', async () => {
    const folder = temporaryFolder();
    const { cert } = await loadOrCreateCertificate(folder, NAMES);
    const elsewhere = temporaryFolder();
    await loadOrCreateCertificate(elsewhere, NAMES);
    const unusable = { code: 'secret_unreadable' };
    for (const key of ['', 'damaged', readFileSync(join(elsewhere, 'tls-key.pem'), 'utf8')]) {
      writeFileSync(join(folder, 'tls-key.pem'), key);
      await expect(loadOrCreateCertificate(folder, NAMES), key).rejects.toMatchObject(unusable);
    }
    rmSync(join(folder, 'tls-key.pem'));
    await expect(loadOrCreateCertificate(folder, NAMES)).rejects.toMatchObject(unusable);
    expect(readFileSync(join(folder, 'tls-certificate.pem'), 'utf8')).toBe(cert);
  });
});

describe('a certificate that a person brings', () => {
  it.each(['PEM', 'PFX', 'PFX without a password'])('is used from then on, and kept for its owner only (%s)', async (form) => {
    const folder = temporaryFolder();
    const own = await loadOrCreateCertificate(folder, NAMES);
    const made = await makeCertificate({ names: ['ftp.example'], password: form === 'PFX' ? 'opén sesame' : '' });
    const imported = await importCertificate(folder, form === 'PEM' ? made.pem : made.pfx);
    expect(imported.fingerprint).toBe(new X509Certificate(made.pem.certificate).fingerprint256);
    const loaded = await loadOrCreateCertificate(folder, NAMES);
    expect(loaded).toEqual(imported);
    expect(loaded.fingerprint).not.toBe(own.fingerprint);
    expect(new X509Certificate(loaded.cert).subject).toBe('CN=ftp.example');
    expect(statSync(join(folder, 'tls-imported.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['tls-certificate.pem', 'tls-imported.json', 'tls-key.pem']);
  });

  it('gives way to our own, unchanged, when its file is deleted', async () => {
    const folder = temporaryFolder();
    const own = await loadOrCreateCertificate(folder, NAMES);
    await importCertificate(folder, (await makeCertificate({ names: ['ftp.example'] })).pem);
    rmSync(join(folder, 'tls-imported.json'));
    expect(await loadOrCreateCertificate(folder, NAMES)).toEqual(own);
  });

  it('is refused in words, and what was used before stays', async () => {
    const folder = temporaryFolder();
    const good = await makeCertificate({ names: ['good.example'], password: 'right' });
    const other = await makeCertificate({ names: ['other.example'] });
    await importCertificate(folder, good.pfx);
    const before = readFileSync(join(folder, 'tls-imported.json'), 'utf8');
    const bad: [CertificateFiles, string, RegExp][] = [
      [{ ...good.pem, certificate: 'no certificate' }, 'certificate', /This is no certificate/],
      [{ ...good.pem, key: 'no key' }, 'key', /This is no private key/],
      [{ ...good.pem, key: good.lockedKey }, 'key', /locked with a password/],
      [{ ...good.pem, key: other.pem.key }, 'key', /does not belong/],
      [{ ...good.pfx, password: 'wrong' }, 'password', /does not open/],
      [{ pfx: 'bm8gcGZ4', password: '' }, 'pfx', /cannot be read/],
      [{ pfx: good.keylessPfx, password: 'right' }, 'pfx', /holds no private key/],
      [{ pfx: good.oldPfx, password: 'right' }, 'pfx', /encrypted in an old way/],
    ];
    for (const [files, field, words] of bad) {
      const refused = { code: 'invalid_input', field, message: expect.stringMatching(words) as string };
      await expect(importCertificate(folder, files), String(words)).rejects.toMatchObject(refused);
    }
    expect(readFileSync(join(folder, 'tls-imported.json'), 'utf8')).toBe(before);
  });

  it('is refused when it has expired', async () => {
    const made = await makeCertificate({ names: ['old.example'], days: 2 });
    const inThreeDays = { now: () => Date.now() + 3 * 86_400_000 };
    for (const [files, field] of [
      [made.pem, 'certificate'],
      [made.pfx, 'pfx'],
    ] as const) {
      const refused = { code: 'invalid_input', field, message: expect.stringContaining('has expired') as string };
      await expect(importCertificate(temporaryFolder(), files, inThreeDays)).rejects.toMatchObject(refused);
    }
  });

  it('is not replaced by our own when its file is damaged', async () => {
    const folder = temporaryFolder();
    for (const text of ['', '{', '{}', '{"pfx":"AAAA","password":"x"}']) {
      writeFileSync(join(folder, 'tls-imported.json'), text);
      await expect(loadOrCreateCertificate(folder, NAMES), text).rejects.toMatchObject({ code: 'secret_unreadable' });
    }
  });
});
