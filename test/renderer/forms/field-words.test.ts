import { describe, expect, it } from 'vitest';
import { fieldWords } from '../../../renderer/forms/field-words.ts';

describe('words at a field', () => {
  it('leave out the path that the engine names', () => {
    expect(fieldWords({ field: 'sftp.port', message: 'sftp.port: this is missing.' })).toBe('This is missing.');
  });

  it('stay as they are without it', () => {
    expect(fieldWords({ field: 'key', message: 'This is a private key.' })).toBe('This is a private key.');
    expect(fieldWords({ field: undefined, message: 'The disk is full.' })).toBe('The disk is full.');
  });
});
