import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';

export const transferQuotaReset = defineAction({
  title: 'Transfer quota reset',
  icon: 'arrow-down-up',
  description: "Sets the counters of the user's transfer limits back to 0, for example at the beginning of a month.",
  config: z.strictObject({}),
  repeatSafe: () => true,
  needsUser: () => true,
  longest: () => 0,
  summarize: () => "set the user's transfer counters to 0",
});
