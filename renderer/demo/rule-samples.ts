import { type Flow, flowInputSchema, type SavedAction } from '../../engine/contract/flow.ts';
import { type Rule, type RuleInput, ruleInputSchema } from '../../engine/contract/rule.ts';
import { iso } from './moments.ts';

const DAY_MS = 86_400_000;

/** The rules of the made-up office, in their order. */
export const RULES: readonly RuleInput[] = [
  {
    name: 'Tell the office about new files',
    triggers: ['upload'],
    steps: [
      {
        action: 'email',
        config: {
          to: ['office@example.com'],
          subject: '{{.Name}} sent {{.ObjectName}}',
          text: '{{.VirtualPath}} ({{humanizeBytes .FileSize}})',
        },
      },
    ],
  },
  {
    name: 'Tell the ERP about invoices',
    triggers: ['upload'],
    conditions: { names: [{ pattern: 'invoice-*.pdf' }] },
    steps: [
      {
        action: 'http',
        retries: 3,
        config: { method: 'POST', url: 'https://erp.example.com/in', body: '{"path": {{toJson .VirtualPath}}}' },
      },
    ],
  },
  {
    name: 'Archive drawings',
    triggers: ['upload'],
    conditions: { names: [{ pattern: '*.dwg' }] },
    steps: [{ action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.ObjectName}}' }] } }],
  },
  {
    name: 'Announce large downloads',
    triggers: ['download'],
    conditions: { minSize: 10_000_000 },
    enabled: false,
    steps: [{ action: 'email', config: { to: ['it@example.com'], subject: 'Large download', text: '{{.ObjectName}}' } }],
  },
  {
    name: 'Send the price list',
    triggers: ['on-demand'],
    steps: [{ action: 'email', config: { to: ['buyers@example.com'], subject: 'Prices of today', text: 'See /prices.' } }],
  },
].map((rule) => ruleInputSchema.parse(rule));

/** The rule as the engine would keep it. */
export function savedRule(now: number, id: number, input: RuleInput): Rule {
  return {
    ...ruleInputSchema.parse(input),
    id,
    version: 1,
    problems: [],
    warnings: [],
    failuresInRow: 0,
    pausedAt: null,
    createdAt: iso(now - 30 * DAY_MS),
    updatedAt: iso(now - 9 * DAY_MS),
  };
}

/** What is kept of a flow or saved action beside its content. */
const keptOf = (now: number, id: number) => ({
  id,
  version: 1,
  problems: [],
  usedBy: [],
  createdAt: iso(now - 20 * DAY_MS),
  updatedAt: iso(now - 4 * DAY_MS),
});

/** Its one flow. */
export function archiving(now: number): Flow {
  const flow = flowInputSchema.parse({
    name: 'Archive and tell',
    description: 'Keeps a copy of what came and says so.',
    steps: [
      { action: 'set-variable', config: { name: 'month', value: '{{.Timestamp.Format "2006-01"}}' } },
      { action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.Variables.month}}/{{.ObjectName}}' }] } },
    ],
    onError: [{ action: 'desktop-notification', config: { title: '{{.ObjectName}} could not be archived', level: 'act' } }],
    maxSeconds: 600,
    instances: 'wait',
  });
  return { ...flow, ...keptOf(now, 1) };
}

/** Its one saved action. */
export function tellOffice(now: number): SavedAction {
  const config = { to: ['office@example.com'], subject: '{{.Name}} sent {{.ObjectName}}', text: '{{.VirtualPath}}' };
  return { ...keptOf(now, 1), name: 'Tell the office', description: '', action: 'email', config };
}
