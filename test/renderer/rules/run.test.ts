import { describe, expect, test } from 'vitest';
import type { RunTrace, StepTrace } from '../../../engine/contract/rule.ts';
import { adviceFor, mostTelling, onceOnlySteps, runNodes } from '../../../renderer/features/rules/run-nodes.ts';
import { runReport } from '../../../renderer/features/rules/run-report.ts';

const STEP: StepTrace = {
  index: 0,
  depth: 0,
  name: 'http',
  action: 'http',
  state: 'failed',
  attempt: 1,
  startedAt: '2026-11-20T10:00:01.000Z',
  finishedAt: '2026-11-20T10:00:02.000Z',
  durationMs: 1000,
  inputs: { method: 'POST', url: 'https://erp.example.com/in', body: '' },
  detail: { status: 502, body: 'Bad\ngateway' },
  error: 'erp.example.com answered with status 502.',
};

const RUN: RunTrace = {
  id: 9,
  ruleId: 2,
  flowId: null,
  ruleName: 'Tell the ERP',
  ruleVersion: 3,
  eventId: 12,
  trigger: 'upload',
  state: 'partly',
  attempt: 1,
  items: 4,
  createdAt: '2026-11-20T10:00:00.000Z',
  startedAt: '2026-11-20T10:00:01.000Z',
  finishedAt: '2026-11-20T10:00:03.000Z',
  error: null,
  event: null,
  conditions: [
    { condition: 'trigger', expected: 'upload', actual: 'upload', matched: true },
    { condition: 'names', expected: '*.pdf', actual: 'a.pdf', matched: true },
    { condition: 'groups.0', expected: 'minSize 5', actual: '1 of 1 met', matched: true },
  ],
  steps: [
    STEP,
    { ...STEP, attempt: 2 },
    { ...STEP, index: 1, name: 'Clear up', action: 'delete', state: 'done', inputs: { paths: ['/in/a.pdf'] }, detail: null, error: null },
  ],
};

describe('the way of a run', () => {
  test('goes from the trigger over conditions and gathering to every attempt', () => {
    expect(runNodes(RUN).map(({ title }) => title)).toEqual([
      'A file was uploaded',
      'Name',
      'Group 1',
      'Gathered 4 events',
      'HTTP notification',
      'HTTP notification',
      'Clear up',
    ]);
  });

  test('shows first the last failure, else the condition that did not hold, else the first action', () => {
    const nodes = runNodes(RUN);
    expect(mostTelling(nodes)).toMatchObject({ kind: 'step', step: { attempt: 2, state: 'failed' } });
    const filtered = runNodes({ ...RUN, steps: [], conditions: RUN.conditions.map((check) => ({ ...check, matched: false })) });
    expect(mostTelling(filtered)).toMatchObject({ kind: 'condition', title: 'Name' });
    expect(mostTelling(runNodes({ ...RUN, steps: RUN.steps.slice(2) }))).toMatchObject({ title: 'Clear up' });
  });
});

test('names the steps that were done and may not simply be done twice', () => {
  expect(onceOnlySteps(RUN)).toEqual([]);
  expect(onceOnlySteps({ ...RUN, steps: RUN.steps.map((step) => ({ ...step, state: 'done' })) })).toEqual(['HTTP notification']);
});

test('advises about what failed or was cut short, and about nothing else', () => {
  expect(adviceFor({ state: 'failed', action: 'http' })).toMatch(/answers at this address/);
  expect(adviceFor({ state: 'failed', action: 'unknown' })).toMatch(/Test the action/);
  expect(adviceFor({ state: 'interrupted', action: 'http' })).toMatch(/had its effect/);
  expect(adviceFor({ state: 'done', action: 'http' })).toBeUndefined();
});

test('the report says everything in plain lines', () => {
  const report = runReport(RUN);
  expect(report).toContain('Run of Tell the ERP, version 3 (run 9)');
  expect(report).toContain('[x] Name: expected *.pdf; it was a.pdf');
  expect(report).toContain('1. HTTP notification: Failed, attempt 2, 1 s');
  expect(report).toContain('   Error: erp.example.com answered with status 502.');
  expect(report).toContain('     Body: Bad\n       gateway');
});
