import type { ChecksumAlgorithm } from '../../vfs/types.ts';

/** The algorithms of HASH by the names of IANA's registry, the preferred one first. */
export const HASHES = { 'SHA-256': 'sha256', 'SHA-512': 'sha512', 'SHA-1': 'sha1', MD5: 'md5' } as const satisfies Record<
  string,
  ChecksumAlgorithm
>;

export type HashName = keyof typeof HASHES;

export const HASH_NAMES = Object.keys(HASHES) as readonly HashName[];
