import { type ReactElement, useState } from 'react';
import type { TriggerGroup } from '../../../engine/contract/define.ts';
import { findTrigger, TRIGGERS } from '../../../engine/rules/triggers.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Checkbox, Field, ScheduleInput, Select } from '../../ui/index.ts';
import { type Draft, localZone } from './draft.ts';
import type { PartProps } from './form-parts.ts';
import { PartError } from './part-error.tsx';
import { WatchFields, withWatch } from './watch-fields.tsx';
import { ZoneSelect } from './zone-select.tsx';

const GROUPS: readonly TriggerGroup[] = ['files', 'sessions', 'partner', 'time', 'by-hand', 'watch', 'security', 'records'];
const BY_GROUP = Map.groupBy(Object.entries(TRIGGERS), ([, { group }]) => group);
const OVERLAPS = (['skip', 'queue', 'allow'] as const).map((value) => ({ value, label: ruleFormText.overlaps[value] }));

/** The triggers of the registry, by kind, and the times of a schedule. */
export function WhenPart({ draft, onChange, errors, warnings }: PartProps): ReactElement {
  const chosen = draft.triggers.map((id) => findTrigger(id)?.group);
  const wrong = [...errors].find(([field]) => field.startsWith('triggers'))?.[1];

  function toggle(id: string, on: boolean): void {
    const group = findTrigger(id)?.group;
    const kept = draft.triggers.filter((other) => other !== id && findTrigger(other)?.group === group);
    onChange(withWatch(withSchedule(withWhose({ ...draft, triggers: on ? [...kept, id] : kept }))));
  }

  return (
    <div className="@container flex flex-col gap-6" data-field="triggers">
      <PartError>{wrong}</PartError>
      {GROUPS.map((group) => (
        <fieldset key={group} className="flex flex-col gap-3">
          <legend className="mb-2 font-semibold">{ruleFormText.groups[group]}</legend>
          <div className="grid gap-x-6 gap-y-3 @lg:grid-cols-2">
            {(BY_GROUP.get(group) ?? []).map(([id, { title, description }]) => (
              <Checkbox
                key={id}
                label={title}
                help={draft.triggers.includes(id) ? description : undefined}
                checked={draft.triggers.includes(id)}
                onChange={(on) => toggle(id, on)}
              />
            ))}
          </div>
          {group === 'files' && draft.triggers.some((id) => findTrigger(id)?.reverse === true) && (
            <Whose draft={draft} onChange={onChange} errors={errors} warnings={warnings} />
          )}
          {group === 'watch' && <WatchFields draft={draft} onChange={onChange} errors={errors} />}
          {group === 'time' && draft.triggers.includes('schedule') && <Times draft={draft} onChange={onChange} errors={errors} />}
        </fieldset>
      ))}
      {chosen.length > 0 && <p className="text-sm text-muted">{ruleFormText.otherGroup}</p>}
    </div>
  );
}

/** Times belong to the trigger: they come and go with it. */
function withSchedule(draft: Draft): Draft {
  const { schedule, ...rest } = draft;
  if (!draft.triggers.includes('schedule')) return rest;
  return { ...rest, schedule: schedule ?? { cron: ['0 17 * * 1-5'], zone: localZone(), catchUp: false, overlap: 'skip' } };
}

/** Nobody is told of what has no folder: the choice goes with its last trigger. */
function withWhose(draft: Draft): Draft {
  return draft.triggers.some((id) => findTrigger(id)?.reverse === true) ? draft : { ...draft, whose: { own: true, reverse: false } };
}

function Whose({ draft, onChange, errors, warnings }: PartProps): ReactElement {
  const { whose } = draft;
  return (
    <div role="group" aria-label={ruleFormText.whose} data-field="whose" className="flex flex-col gap-3 border-s-2 border-line ps-4">
      <span className="text-sm font-semibold">{ruleFormText.whose}</span>
      <Checkbox label={ruleFormText.whoseOwn} checked={whose.own} onChange={(own) => onChange({ ...draft, whose: { ...whose, own } })} />
      <Checkbox
        label={ruleFormText.whoseReverse}
        help={ruleFormText.whoseReverseHelp}
        checked={whose.reverse}
        onChange={(reverse) => onChange({ ...draft, whose: { ...whose, reverse } })}
      />
      <PartError>{errors.get('whose.own') ?? errors.get('whose.reverse')}</PartError>
      {whose.reverse && warnings?.get('whose.reverse') !== undefined && (
        <p className="text-sm text-muted">{warnings.get('whose.reverse')}</p>
      )}
    </div>
  );
}

function Times({ draft, onChange, errors }: PartProps): ReactElement | null {
  const [typed, setTyped] = useState<string>();
  const { schedule } = draft;
  if (schedule === undefined) return null;
  const change = (next: Partial<typeof schedule>): void => onChange({ ...draft, schedule: { ...schedule, ...next } });
  const problem = typed ?? errors.get('schedule') ?? [...errors].find(([field]) => field.startsWith('schedule.cron'))?.[1];
  return (
    <div className="flex flex-col gap-4 border-s-2 border-line ps-4">
      <Field label={ruleFormText.schedule} help={ruleFormText.scheduleHelp} name="schedule" error={problem}>
        <ScheduleInput
          value={schedule.cron.length === 0 ? null : schedule.cron}
          onProblem={setTyped}
          onChange={(cron) => change({ cron: [...(cron ?? [])] })}
        />
      </Field>
      <ZoneSelect value={schedule.zone} onChange={(zone) => change({ zone })} name="schedule.zone" error={errors.get('schedule.zone')} />
      <Checkbox
        label={ruleFormText.catchUp}
        help={ruleFormText.catchUpHelp}
        checked={schedule.catchUp}
        onChange={(catchUp) => change({ catchUp })}
      />
      <Field label={ruleFormText.overlap} name="schedule.overlap">
        <Select options={OVERLAPS} value={schedule.overlap} onChange={(overlap) => change({ overlap })} />
      </Field>
    </div>
  );
}
