import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const runFlow = defineAction({
  title: 'Run flow',
  icon: 'list-tree',
  description: 'Does the actions of a flow, one after the other, as part of this run.',
  config: z.strictObject({
    flow: field.flow({ title: 'Flow' }),
  }),
  // The flow's own actions say for themselves whether they may be repeated.
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: (config) => `run flow ${config.flow}`,
  control: (config) => ({ kind: 'call', flow: config.flow }),
});
