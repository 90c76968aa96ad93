import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const blockAddress = defineAction({
  title: 'Block or unblock address',
  icon: 'shield-ban',
  description: 'Keeps an address out, which ends its sessions, or lets it in again. The list of allowed addresses has the last word.',
  config: z.strictObject({
    address: field
      .template({ title: 'Address', help: 'A template such as {{.IP}} for the address of the event.' })
      .min(1, 'Enter an address.')
      .default('{{.IP}}'),
    do: field.select(['block', 'unblock'], { title: 'What to do' }).default('block'),
    minutes: field.number({ title: 'For minutes', help: '0: until somebody lifts the block.', min: 0, max: 5_256_000 }).default(60),
    reason: field.template({ title: 'Reason', help: 'Stands in the list of blocked addresses.', more: true }).default(''),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  longest: () => 0,
  summarize: (config) =>
    config.do === 'unblock'
      ? `unblock ${config.address}`
      : `block ${config.address} ${config.minutes === 0 ? 'until it is lifted' : `for ${config.minutes} minutes`}`,
});
