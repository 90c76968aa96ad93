import type { PushMessage } from '../../engine/contract/push.ts';
import { type Settings, settingsSchema } from '../../engine/contract/settings.ts';
import type { World } from './world.ts';

/** The made-up office at work: what several of its methods read and change. */
export type Office = {
  readonly world: World;
  readonly push: (message: PushMessage) => void;
  settings: Settings;
  /** Until when sensitive settings may be changed; null: confirm first. */
  confirmedUntil: string | null;
};

/** One that is not set up yet has no server on and nothing decided. */
export function openOffice(world: World, push: Office['push'], setUp: boolean): Office {
  return {
    world,
    push,
    settings: settingsSchema.parse({
      server: { name: setUp ? 'Example Office' : '', setUp },
      sftp: { enabled: setUp },
      ftp: { enabled: setUp, requireTls: true },
      mail: setUp ? { host: 'mail.example.com', from: 'gatehouse@example.com' } : {},
    }),
    confirmedUntil: null,
  };
}
