import { expect, test } from 'vitest';
import type { Run } from '../../../engine/contract/rule.ts';
import { conditionsSchema } from '../../../engine/contract/rule.ts';
import { RULE_PRESETS } from '../../../engine/contract/rule-presets.ts';
import { findTrigger, TRIGGERS } from '../../../engine/rules/triggers.ts';
import { readRuleCases } from '../../helpers/rule-cases.ts';
import { asInput, BY, ruleInput, startRules } from '../../helpers/rules.ts';

/** test/fixtures/rules: a rule and events, and the runs that they queue. See test/helpers/rule-cases.ts for the form. */
const cases = readRuleCases();

test('there are enough golden cases', () => expect(cases.length).toBeGreaterThanOrEqual(100));

/** Everything that a rule can be made of, with what of it stands in a case. A trigger has to have set something off there. */
const rules = cases.flatMap((one) => one.rules.map((rule) => ruleInput(rule)));
const setOff = new Set(cases.flatMap(({ expected }) => expected.map((line) => /^(?:asked )?\d+ \S+ (\S+)/.exec(line)?.[1] ?? '')));
const NO_EVENT = ['schedule', 'on-demand'];

test.each(Object.keys(TRIGGERS))('the trigger %s has a case', (trigger) => {
  if (NO_EVENT.includes(trigger)) expect(rules.some(({ triggers }) => triggers.includes(trigger))).toBe(true);
  else expect([...setOff]).toContain(trigger);
});

test.each(Object.keys(conditionsSchema.shape).filter((condition) => condition !== 'match'))('the condition %s has a case', (condition) => {
  const isGiven = (value: unknown): boolean => value !== undefined && (!Array.isArray(value) || value.length > 0);
  expect(rules.some(({ conditions }) => isGiven(conditions[condition as keyof typeof conditions]))).toBe(true);
});

test.each(Object.keys(RULE_PRESETS))('the preset %s has a case', (preset) => {
  expect(cases.flatMap(({ presets }) => presets)).toContain(preset);
});

test.each(['event', 'session', 'all-sessions', 'batch', 'quiet', 'digest'])('the timing %s has a case', (per) => {
  expect(rules.map(({ timing }) => timing.per)).toContain(per);
});

test.each([true, false, 'auto'])('asynchronous: %s has a case', (asynchronous) => {
  expect(rules.map((rule) => rule.asynchronous)).toContain(asynchronous);
});

test('every golden case gives the runs and problems that it names; a dry run and the look back at each event say the same', async () => {
  const engine = await startRules({ start: false });
  const { rules, events, store, clock } = engine;
  const found: Record<string, string[]> = {};
  const contradictions: string[] = [];
  for (const { name, rules: wanted, events: drafts, users } of cases) {
    const lines: string[] = (found[name] = []);
    for (const { name: user, groups, role } of users) {
      engine.account(`${user}-of-${name}`, { role, groups: groups.map((group) => ({ name: group, type: 'membership' })) });
    }
    for (const rule of wanted) {
      const saved = await engine.save(rule);
      lines.push(...saved.problems.map(({ field }) => `problem ${saved.name} ${field}`));
      if (saved.enabled !== ((rule.enabled ?? true) && saved.problems.length === 0))
        lines.push(`${saved.name} is ${saved.enabled ? 'on' : 'off'}`);
    }
    const [lastRun] = await rules.runs({ limit: 1 });
    const firstEvent = events.newestId();
    const firstRun = lastRun?.id ?? 0;
    const sessions = new Map<string, number>();
    for (const draft of drafts) {
      await events.record(
        draft({
          // A new account per case: what happens for the first time happens in each of them.
          userId: (username) => engine.account(`${username}-of-${name}`).id,
          runId: (number) => firstRun + number,
          sessionId(username, number) {
            const key = `${username} ${String(number)}`;
            const id = sessions.get(key) ?? store.tables.sessions.open(engine.account(`${username}-of-${name}`).id, clock.now());
            sessions.set(key, id);
            return id;
          },
        }),
      );
    }
    const runs = (await rules.runs({ limit: 100 })).filter((run) => run.id > firstRun).reverse();
    lines.push(...runs.map((run) => lineOf(run, firstEvent)));
    const eventIds = drafts.map((_, index) => firstEvent + 1 + index);
    const verdicts = new Map(eventIds.map((eventId) => [eventId, rules.considered(eventId)]));
    for (const rule of rules.list()) {
      if (!rule.enabled) continue;
      const ran = eventIds.filter((id) => verdicts.get(id)?.some((verdict) => verdict.ruleId === rule.id && verdict.verdict === 'ran'));
      const tried = await rules.test({ rule: asInput(rule), eventIds, days: 3650, limit: 100, samples: 100 });
      const matched = tried.samples.filter((sample) => sample.matched);
      const asked = matched.filter(({ trigger }) => findTrigger(trigger ?? '')?.before !== undefined);
      // A rule before an operation has no run on its event: the log tells of it only afterwards.
      lines.push(...asked.map(({ event, trigger }) => `asked ${String(event._id - firstEvent)} ${rule.name} ${String(trigger)}`));
      const wouldRun = matched.filter((sample) => !asked.includes(sample)).map((sample) => sample.event._id);
      if (JSON.stringify(ran) !== JSON.stringify(wouldRun)) {
        contradictions.push(`${name}: ${rule.name} ran on ${ran.join(' ')}, the dry run says ${wouldRun.join(' ')}`);
      }
    }
    const silent = [...verdicts.values()].flat().filter((verdict) => verdict.reason === '' || verdict.verdict === 'saved-later');
    contradictions.push(...silent.map((verdict) => `${name}: ${verdict.ruleName} ${verdict.verdict}`));
    for (const rule of rules.list()) await rules.delete(rule.id, BY);
  }
  expect(found).toEqual(Object.fromEntries(cases.map(({ name, expected }) => [name, expected])));
  expect(contradictions).toEqual([]);
});

function lineOf(run: Run, firstEvent: number): string {
  const state = run.state === 'queued' ? '' : ` ${run.state}`;
  const items = run.items === 0 ? '' : ` of ${String(run.items)}`;
  return `${String((run.eventId ?? 0) - firstEvent)} ${run.ruleName} ${run.trigger}${state}${items}`;
}
