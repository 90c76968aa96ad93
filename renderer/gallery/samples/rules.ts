import { ACTIONS, type ActionId } from '../../../engine/actions/catalog.ts';
import type { Conditions } from '../../../engine/contract/rule.ts';
import { TRIGGERS } from '../../../engine/rules/triggers.ts';
import type { RuleDraft } from '../../text/rule-sentence.ts';
import { SAMPLE_CONFIGS } from './actions.ts';

export type SampleRule = { readonly about: string; readonly rule: RuleDraft };

const step = (action: ActionId, failureAction = false): RuleDraft['steps'][number] => ({
  action,
  config: SAMPLE_CONFIGS[action],
  failureAction,
});

const pattern = (text: string, inverse = false): { pattern: string; inverse: boolean } => ({ pattern: text, inverse });

const CONDITIONS: { readonly [Kind in keyof Conditions]?: Partial<Conditions> } = {
  users: { users: [pattern('acme'), pattern('nova*')] },
  userGroups: { userGroups: [pattern('suppliers')] },
  roles: { roles: [pattern('warehouse', true)] },
  paths: { paths: [pattern('/inbox/**'), pattern('/inbox/tmp/**', true)] },
  targetPaths: { targetPaths: [pattern('/done/**')] },
  names: { names: [pattern('*.pdf'), pattern('draft-*', true)] },
  minSize: { minSize: 1_000_000 },
  maxSize: { maxSize: 2_000_000_000 },
  protocols: { protocols: ['SFTP', 'FTPS'] },
  addresses: { addresses: [{ range: '192.168.1.0/24', inverse: false }] },
  outcomes: { outcomes: ['failed', 'aborted'] },
  records: { records: ['user', 'rule'] },
  time: { time: { weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', zone: 'Europe/Berlin' } },
};

/** A rule for every trigger, every kind of condition and every action. */
export const SAMPLE_RULES: readonly SampleRule[] = [
  ...Object.entries(TRIGGERS).map(([id, { title }]) => ({
    about: `Trigger: ${title}`,
    rule: {
      triggers: [id],
      steps: [step('http')],
      ...(id === 'schedule'
        ? { schedule: { cron: ['0 17 * * 1-5'], zone: 'Europe/Berlin', catchUp: false, overlap: 'skip' as const } }
        : {}),
    },
  })),
  ...Object.entries(CONDITIONS).map(([kind, conditions]) => ({
    about: `Condition: ${kind}`,
    rule: { triggers: ['upload'], conditions, steps: [step('email')] },
  })),
  ...Object.entries(ACTIONS).map(([id, { title }]) => ({
    about: `Action: ${title}`,
    rule: { triggers: ['upload'], steps: [step(id as ActionId)] },
  })),
  {
    about: 'Several of each',
    rule: {
      triggers: ['upload', 'rename'],
      conditions: { users: [pattern('acme')], names: [pattern('*.pdf')] },
      steps: [step('copy'), step('email'), step('http', true)],
    },
  },
  { about: 'Half written: no action yet', rule: { triggers: ['upload'], conditions: { names: [pattern('*.pdf')] }, steps: [] } },
  {
    about: 'Half written: an action without answers',
    rule: { triggers: ['upload'], steps: [{ action: 'email', config: {}, failureAction: false }] },
  },
];
