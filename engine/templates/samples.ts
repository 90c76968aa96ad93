import { type EventValues } from './context.ts';

const UPLOAD: EventValues = {
  Name: 'alice',
  ExtName: 'ext@partner.example',
  Event: 'upload',
  Status: 1,
  Errors: [],
  VirtualPath: '/a/b/file.txt',
  FsPath: '/srv/alice/a/b/file.txt',
  ObjectName: 'file.txt',
  FileSize: 10_000,
  Elapsed: 1532,
  Protocol: 'SFTP',
  IP: '203.0.113.9',
  Role: 'sales',
  Email: 'user@example.com',
  Timestamp: '2025-07-04T14:30:05.123456789Z',
  UID: 'c9r1',
  Metadata: { version: '1.0', author: 'alice' },
};

const PROVIDER: EventValues = {
  Name: 'admin',
  Event: 'update',
  ObjectName: 'carol',
  ObjectType: 'user',
  Timestamp: '2026-01-01T00:00:00Z',
  Status: 1,
  Email: 'carol@example.com',
  IP: '127.0.0.1',
  Object: {
    User: {
      Username: 'carol',
      Email: 'carol@example.com',
      Description: 'says "hi"',
      Status: 1,
      QuotaSize: 1_073_741_824,
      Groups: ['staff', 'eu'],
      CreatedAt: 1_735_689_600_000,
    },
    // An int, not JSON's float64, as in the program that made the reference vectors.
    raw: { username: 'carol', status: 1n },
  },
};

/** Sample events: for previews in the editor, and the contexts of the reference vectors. */
export const SAMPLE_EVENTS: Readonly<Record<'upload' | 'failed' | 'provider' | 'idp', EventValues>> = {
  upload: UPLOAD,
  failed: {
    ...UPLOAD,
    Name: 'bob',
    Event: 'rename',
    Status: 2,
    Errors: ['action "a" failed', 'disk full'],
    VirtualPath: '/folder name/ünï 50%&.tar.gz',
    VirtualTargetPath: '/done/x <y>.TGZ',
    ObjectName: 'ünï 50%&.tar.gz',
    FileSize: 1_234_567_890,
    Metadata: null,
    Timestamp: '2024-02-29T23:59:59.005Z',
  },
  provider: PROVIDER,
  idp: {
    ...PROVIDER,
    Event: 'IDP login user',
    IDPFields: { sftpgo_role: ['group1', 'group2', 'group3'], verified: true, dept: 'R&D' },
  },
};
