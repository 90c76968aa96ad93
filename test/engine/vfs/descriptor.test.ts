import { closeSync, fstatSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Descriptor } from '../../../engine/vfs/sandbox/descriptor.ts';

const isOpen = (fd: number): boolean => {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
};

describe('a descriptor', () => {
  it('stays open until the last call that uses it has ended', async () => {
    const fd = openSync('/dev/null', 'r');
    const descriptor = new Descriptor(fd);
    const release = Promise.withResolvers<undefined>();
    const used = descriptor.use(() => release.promise);
    descriptor.close();
    expect(isOpen(fd)).toBe(true);
    release.resolve(undefined);
    await used;
    expect(isOpen(fd)).toBe(false);
  });

  it('takes no new calls once it is being closed, so that nobody uses a number that is another file by now', async () => {
    const fd = openSync('/dev/null', 'r');
    const descriptor = new Descriptor(fd);
    descriptor.close();
    const other = openSync('/dev/zero', 'r');
    expect(other).toBe(fd);
    descriptor.close();
    expect(isOpen(other)).toBe(true);
    expect(() => descriptor.fd).toThrow(expect.objectContaining({ code: 'connection_lost' }) as Error);
    await expect(descriptor.use(() => Promise.resolve())).rejects.toThrow(expect.objectContaining({ code: 'connection_lost' }) as Error);
    closeSync(other);
  });
});
