/** Numbers of the SFTP protocol, version 3 (draft-ietf-secsh-filexfer-02, section 3). */
export const PacketType = {
  INIT: 1,
  VERSION: 2,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  WRITE: 6,
  LSTAT: 7,
  FSTAT: 8,
  SETSTAT: 9,
  FSETSTAT: 10,
  OPENDIR: 11,
  READDIR: 12,
  REMOVE: 13,
  MKDIR: 14,
  RMDIR: 15,
  REALPATH: 16,
  STAT: 17,
  RENAME: 18,
  READLINK: 19,
  SYMLINK: 20,
  STATUS: 101,
  HANDLE: 102,
  DATA: 103,
  NAME: 104,
  ATTRS: 105,
  EXTENDED: 200,
  EXTENDED_REPLY: 201,
} as const;

/** The only version spoken; newer clients step down to it (section 4). */
export const SFTP_VERSION = 3;

/** Bits of OPEN's `pflags` (section 6.3). */
export const OpenFlag = { READ: 0x01, WRITE: 0x02, APPEND: 0x04, CREAT: 0x08, TRUNC: 0x10, EXCL: 0x20 } as const;

/** Bits that say which attributes a packet holds (section 5). */
export const AttributeFlag = { SIZE: 0x01, UIDGID: 0x02, PERMISSIONS: 0x04, ACMODTIME: 0x08, EXTENDED: 0x8000_0000 } as const;

/** Largest packet taken, its length field not counted: what OpenSSH takes, and what `limits@openssh.com` announces. */
export const MAX_PACKET_LENGTH = 256 * 1024;
/** Largest payload of one READ or WRITE: leaves room for the packet's other fields. */
export const MAX_DATA_LENGTH = 255 * 1024;
/** Longest handle that a client may send back (section 6.3). */
export const MAX_HANDLE_LENGTH = 256;
