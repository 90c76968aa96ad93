import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';

export const userQuotaReset = defineAction({
  title: 'User quota reset',
  icon: 'hard-drive',
  description: "Counts the user's files anew and sets the used storage to that, for example after files were changed outside Gatehouse.",
  config: z.strictObject({}),
  repeatSafe: () => true,
  needsUser: () => true,
  summarize: () => "count the user's files anew",
});
