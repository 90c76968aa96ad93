import { type ReactElement, useState } from 'react';
import type { Timing } from '../../../engine/contract/rule.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Checkbox, Disclosure, DurationInput, Field, NumberInput, RadioCards, Select, TextInput } from '../../ui/index.ts';
import type { PartProps } from './form-parts.ts';
import { PartError } from './part-error.tsx';
import { ZoneSelect } from './zone-select.tsx';

const PER = ['event', 'batch', 'session', 'all-sessions', 'quiet', 'digest'] as const;
const WAYS = ['auto', true, false] as const;
const NEEDS_SESSION: ReadonlySet<Timing['per']> = new Set(['batch', 'session', 'all-sessions']);

/** At once or gathered, and the limits that protect from too much of it. */
export function TimingPart({ draft, onChange, errors }: PartProps): ReactElement {
  const [quietProblem, setQuietProblem] = useState<string>();
  const { timing } = draft;
  const change = (next: Partial<Timing>): void => onChange({ ...draft, timing: { ...timing, ...next } });
  const triggers = draft.triggers.map(findTrigger);
  const noEvent = triggers.some((trigger) => trigger?.listensTo.length === 0);
  const noSession = triggers.some((trigger) => trigger?.hasSession === false);
  return (
    <div className="flex flex-col gap-6">
      <div data-field="timing.per" className="flex flex-col gap-2">
        <RadioCards
          label={ruleFormText.timingLabel}
          options={PER.map((value) => ({
            value,
            ...ruleFormText.timings[value],
            // What is chosen stays choosable, with its problem beside it.
            disabled: value !== timing.per && value !== 'event' && (noEvent || (noSession && NEEDS_SESSION.has(value))),
          }))}
          value={timing.per}
          onChange={(per) => change({ per })}
        />
        <PartError>{errors.get('timing.per')}</PartError>
      </div>
      {timing.per === 'quiet' && (
        <Field
          label={ruleFormText.quiet}
          help={ruleFormText.quietHelp}
          name="timing.quietSeconds"
          error={quietProblem ?? errors.get('timing.quietSeconds')}
        >
          <DurationInput
            value={timing.quietSeconds * 1000}
            onProblem={setQuietProblem}
            onChange={(ms) => ms !== null && change({ quietSeconds: Math.round(ms / 1000) })}
          />
        </Field>
      )}
      {timing.per === 'digest' && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={ruleFormText.at} name="timing.at" error={errors.get('timing.at')}>
            <TextInput type="time" value={timing.at} onChange={(at) => change({ at })} />
          </Field>
          <ZoneSelect value={timing.zone} onChange={(zone) => change({ zone })} name="timing.zone" error={errors.get('timing.zone')} />
        </div>
      )}
      <Disclosure>
        <Limits draft={draft} onChange={onChange} errors={errors} />
      </Disclosure>
    </div>
  );
}

function Limits({ draft, onChange, errors }: PartProps): ReactElement {
  const { maxRunsPerHour, ...rest } = draft;
  return (
    <>
      <Field label={ruleFormText.maxRuns} help={ruleFormText.maxRunsHelp} name="maxRunsPerHour" error={errors.get('maxRunsPerHour')}>
        <NumberInput
          value={maxRunsPerHour ?? null}
          min={1}
          max={100_000}
          unit={ruleFormText.maxRunsUnit}
          onChange={(runs) => onChange(runs === null ? rest : { ...rest, maxRunsPerHour: runs })}
        />
      </Field>
      <Field
        label={ruleFormText.pauseAfter}
        help={ruleFormText.pauseAfterHelp}
        name="pauseAfterFailures"
        error={errors.get('pauseAfterFailures')}
      >
        <NumberInput
          value={draft.pauseAfterFailures}
          min={0}
          max={1000}
          unit={ruleFormText.pauseAfterUnit}
          onChange={(failures) => onChange({ ...draft, pauseAfterFailures: failures ?? 0 })}
        />
      </Field>
      <Field label={ruleFormText.asynchronous} help={ruleFormText.asynchronousHelp} name="asynchronous" error={errors.get('asynchronous')}>
        <Select
          options={WAYS.map((way) => ({ value: String(way), label: ruleFormText.asynchronousWays[`${way}`] }))}
          value={String(draft.asynchronous)}
          onChange={(value) => onChange({ ...draft, asynchronous: WAYS.find((way) => String(way) === value) ?? 'auto' })}
        />
      </Field>
      <Checkbox
        label={ruleFormText.loops}
        help={ruleFormText.loopsHelp}
        checked={draft.includeRuleEvents}
        onChange={(includeRuleEvents) => onChange({ ...draft, includeRuleEvents })}
      />
    </>
  );
}
