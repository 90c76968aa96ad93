import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { offeredAlgorithms } from '../../../../engine/protocols/sftp/algorithms.ts';
import { createPooledFill, sshAccelerated } from '../../../../engine/protocols/sftp/ssh2.ts';

describe('the pool of random bytes', () => {
  it('gives every byte once, in the place that was asked for and nowhere else', () => {
    const fill = createPooledFill();
    const seen = new Set<string>();
    for (let round = 0; round < 20_000; round++) {
      const target = Buffer.alloc(20);
      expect(fill(target, 2, 16)).toBe(target);
      expect([target[0], target[1], target[18], target[19]]).toEqual([0, 0, 0, 0]);
      seen.add(target.toString('hex'));
    }
    expect(seen.size).toBe(20_000);
  });

  it('leaves large and whole buffers to the system', () => {
    const fill = createPooledFill();
    expect(fill(Buffer.alloc(100_000)).filter((byte) => byte === 0).length).toBeLessThan(1000);
    expect(
      fill(Buffer.alloc(1000), 500)
        .subarray(0, 500)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('is seen by ssh2 only', () => {
    expect(crypto.randomFillSync.toString()).not.toContain('pool');
  });
});

describe('offeredAlgorithms', () => {
  it('is what ssh-audit passes', () => {
    const offered = offeredAlgorithms(false);
    expect(offered.kex).toEqual([
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
    ]);
    expect(offered.serverHostKey).toEqual(['ssh-ed25519']);
    expect(offered.hmac).toEqual(['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com']);
    expect(offered.compress).toEqual(['none']);
    expect(offered.cipher).toContain('aes128-gcm@openssh.com');
  });

  it('adds older ones for compatibility, none of them with SHA-1', () => {
    const all = Object.values(offeredAlgorithms(true)).flat().join(' ');
    expect(all).toContain('ecdh-sha2-nistp256');
    expect(all).toContain('rsa-sha2-512');
    expect(all).not.toMatch(/sha1|md5|cbc|arcfour|group1-|group-exchange|ssh-rsa/);
  });
});

it('the compiled ciphers of many past connections are freed without ending the process (nodejs/node#65446)', () => {
  const addon = createRequire(import.meta.url).resolve('ssh2/lib/protocol/crypto/build/Release/sshcrypto.node');
  const script = `
    const { AESGCMCipher } = require(${JSON.stringify(addon)});
    const key = Buffer.alloc(16), iv = Buffer.alloc(12);
    let past = [];
    for (let made = 0; made < 300_000; made++) {
      const cipher = new AESGCMCipher('aes-128-gcm', key, iv);
      cipher.free();
      past.push(cipher);
      if (past.length > 20_000) past = [];
    }`;
  expect(spawnSync(process.execPath, ['--eval', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

it('knows whether the compiled ciphers run', () => {
  expect(typeof sshAccelerated()).toBe('boolean');
});
