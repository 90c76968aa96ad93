import { describe, expect, it } from 'vitest';
import type { ConnectionProgress } from '../../../../engine/contract/push.ts';
import { stageStates, watch, type Watched } from '../../../../renderer/forms/machine/watched.ts';

const client = (stage: ConnectionProgress['stage'], changes: Partial<ConnectionProgress> = {}): ConnectionProgress => ({
  id: 'one',
  protocol: 'SFTP',
  address: '203.0.113.7',
  fromOutside: true,
  stage,
  reason: null,
  ...changes,
});

/** What the panel knows after these messages of one client. */
function after(...messages: readonly ConnectionProgress[]): Watched {
  const [known] = messages.reduce<readonly Watched[]>((before, message) => watch(before, [message]), []);
  if (known === undefined) throw new Error('no client is watched');
  return known;
}

const words = (watched: Watched): string =>
  stageStates(watched)
    .map(([stage, state]) => `${stage} ${state}`)
    .join(', ');

describe('the watch panel', () => {
  it('shows clients from outside only, the newest five', () => {
    expect(watch([], [client('connected', { fromOutside: false })])).toEqual([]);
    const many = Array.from({ length: 7 }, (_, index) => client('connected', { id: String(index) }));
    expect(watch([], many).map(({ connection: { id } }) => id)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('remembers how far a client came when it has left, and where it broke off', () => {
    const left = after(client('connected'), client('encrypted'), client('closed', { reason: 'The password was wrong.' }));
    expect(words(left)).toBe('connected done, encrypted done, signed-in broken, listed waiting, transferred waiting');
  });

  it('says what was passed over, as encryption by plain FTP', () => {
    const plain = after(client('connected', { protocol: 'FTP' }), client('signed-in', { protocol: 'FTP' }));
    expect(words(plain)).toBe('connected done, encrypted passed-over, signed-in done, listed waiting, transferred waiting');
  });

  it('finds nothing broken in a visit that ended well', () => {
    const well = after(client('encrypted'), client('signed-in'), client('transferred'), client('closed'));
    expect(words(well)).toBe('connected done, encrypted done, signed-in done, listed passed-over, transferred done');
  });
});
