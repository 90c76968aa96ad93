import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const stopRun = defineAction({
  title: 'Stop',
  icon: 'octagon-x',
  description: 'Begins none of the actions after it. A run or flow that it stops as failed goes on to its actions for failures.',
  config: z.strictObject({
    scope: field
      .select(['run', 'flow'], { title: 'What stops', help: 'Flow: only the flow in which this stands; the rule goes on.' })
      .default('run'),
    outcome: field.select(['done', 'failed'], { title: 'Outcome' }).default('done'),
    message: field.template({ title: 'Reason', help: 'Stands in the trace, and in .Errors where it failed.' }).default(''),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  longest: () => 0,
  summarize: (config) => `stop the ${config.scope} as ${config.outcome}`,
  control: (config) => ({ kind: 'end', scope: config.scope }),
});
