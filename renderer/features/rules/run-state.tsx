import { Clock, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { RunState, StepState } from '../../../engine/contract/rule.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { Status, type StatusKind } from '../../ui/index.ts';

const KINDS: Readonly<Record<RunState | StepState, StatusKind>> = {
  queued: 'notice',
  running: 'notice',
  started: 'notice',
  waiting: 'notice',
  pending: 'paused',
  done: 'ok',
  partly: 'warning',
  failed: 'failure',
  interrupted: 'warning',
  cancelled: 'paused',
  filtered: 'paused',
  skipped: 'paused',
};

const ICONS: Partial<Readonly<Record<RunState | StepState, LucideIcon>>> = {
  queued: Clock,
  waiting: Clock,
  pending: Clock,
  running: LoaderCircle,
  started: LoaderCircle,
};

/** How a run ended, or where it is. */
export function RunStatus({ state }: { readonly state: RunState }): ReactElement {
  return (
    <Status kind={KINDS[state]} icon={ICONS[state]}>
      {ruleRunText.states[state]}
    </Status>
  );
}

/** The same of one attempt at one step. */
export function StepStatus({ state }: { readonly state: StepState }): ReactElement {
  return (
    <Status kind={KINDS[state]} icon={ICONS[state]}>
      {ruleRunText.stepStates[state]}
    </Status>
  );
}
