import { expect, test } from 'vitest';
import { readRuleCases } from '../../helpers/rule-cases.ts';
import { BY, startRules } from '../../helpers/rules.ts';

/** test/fixtures/rules: a rule and events, and the runs that they queue. See test/helpers/rule-cases.ts for the form. */
const cases = readRuleCases();

test('there are enough golden cases', () => expect(cases.length).toBeGreaterThanOrEqual(40));

test('every golden case gives the runs and problems that it names', async () => {
  const engine = await startRules({ start: false });
  const { rules, events } = engine;
  const found: Record<string, string[]> = {};
  for (const { name, rules: wanted, events: drafts } of cases) {
    const lines: string[] = (found[name] = []);
    for (const rule of wanted) {
      const saved = await engine.save(rule);
      lines.push(...saved.problems.map(({ field }) => `problem ${saved.name} ${field}`));
      if (saved.enabled !== ((rule.enabled ?? true) && saved.problems.length === 0))
        lines.push(`${saved.name} is ${saved.enabled ? 'on' : 'off'}`);
    }
    const [lastRun] = await rules.runs({ limit: 1 });
    const firstEvent = events.newestId();
    const firstRun = lastRun?.id ?? 0;
    for (const draft of drafts)
      await events.record(draft({ userId: (username) => engine.account(username).id, runId: (number) => firstRun + number }));
    const runs = (await rules.runs({ limit: 100 })).filter((run) => run.id > firstRun).reverse();
    lines.push(...runs.map((run) => `${String((run.eventId ?? 0) - firstEvent)} ${run.ruleName} ${run.trigger}`));
    for (const rule of rules.list()) await rules.delete(rule.id, BY);
  }
  expect(found).toEqual(Object.fromEntries(cases.map(({ name, expected }) => [name, expected])));
});
