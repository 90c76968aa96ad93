import { describe, expect, it } from 'vitest';
import { MAX_DATA_LENGTH } from '../../../../engine/protocols/sftp/packet-types.ts';
import { DATA_HEADER_LENGTH } from '../../../../engine/protocols/sftp/replies.ts';
import { giveBackTransferBuffer, takeTransferBuffer, transferBufferBytes } from '../../../../engine/protocols/sftp/transfer-buffers.ts';

describe('transfer buffers', () => {
  it.each([0, 1, 8191, 8192, 32_768, 32_769, MAX_DATA_LENGTH, MAX_DATA_LENGTH + 1])('hold a header and %i bytes', (length) => {
    const buffer = takeTransferBuffer(length);
    expect(buffer.length).toBeGreaterThanOrEqual(DATA_HEADER_LENGTH + length);
    expect(buffer.length).toBe(transferBufferBytes(length));
  });

  it('are whole again whatever part of them is given back', () => {
    const first = takeTransferBuffer(MAX_DATA_LENGTH);
    giveBackTransferBuffer(first.subarray(0, 100));
    const second = takeTransferBuffer(MAX_DATA_LENGTH);
    expect(second.buffer).toBe(first.buffer);
    expect(second.length).toBe(first.length);
  });

  it('are never the memory that small buffers share', () => {
    const small = takeTransferBuffer(100);
    giveBackTransferBuffer(small);
    expect(takeTransferBuffer(MAX_DATA_LENGTH).buffer).not.toBe(small.buffer);
    expect(takeTransferBuffer(32_768).buffer).not.toBe(small.buffer);
  });
});
