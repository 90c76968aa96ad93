import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';

export const rotateLog = defineAction({
  title: 'Rotate log file',
  icon: 'rotate-ccw',
  description: "Begins a new file of the program's own log, whatever the size of the present one. The event log is not meant.",
  config: z.strictObject({}),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: () => 'rotate the log file',
});
