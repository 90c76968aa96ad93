import { FolderTree, Plus, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { ConditionGroup } from '../../../engine/contract/rule.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import { formatDateTime } from '../../text/format.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Button, Combobox, Field, IconButton, Menu, SegmentedControl } from '../../ui/index.ts';
import { CheckLine, ConditionRow } from './condition-editor.tsx';
import { canMeet, type ConditionKind, isSet, KINDS, withKind } from './condition-kinds.ts';
import { emptyGroup } from './draft.ts';
import type { PartProps, SampleProps } from './form-parts.ts';
import { eventSentence } from './sample.ts';
import { waitsForEvents } from './rule-trial.ts';

const MOST_GROUPS = 10;
const MATCHES = (['all', 'any'] as const).map((value) => ({ value, label: ruleFormText.matches[value] }));

/** Everything that has to hold besides the trigger, compared with a past event. */
export function ConditionsPart({ draft, onChange, errors, ...sample }: PartProps & SampleProps): ReactElement {
  const { groups, ...own } = draft.conditions;
  const put = (conditions: ConditionGroup, next = groups): void => onChange({ ...draft, conditions: { ...conditions, groups: next } });
  return (
    <div className="flex flex-col gap-6">
      {waitsForEvents(draft) && <SampleSelect {...sample} />}
      <GroupEditor
        group={own}
        onChange={(group) => put(group)}
        path="conditions"
        triggers={draft.triggers}
        errors={errors}
        checks={sample.checks}
        others={groups.length}
        onAddGroup={groups.length >= MOST_GROUPS ? undefined : () => put(own, [...groups, emptyGroup(own.match === 'all' ? 'any' : 'all')])}
      />
      {groups.map((group, index) => (
        // Groups have no identity of their own; which empty rows are open is all that a wrong one could show.
        <section key={index} aria-label={ruleFormText.group(index + 1)} className="flex flex-col gap-3 border-s-2 border-line ps-4">
          <div className="flex items-center justify-between gap-2">
            <h3 className="font-semibold">{ruleFormText.group(index + 1)}</h3>
            <IconButton
              icon={Trash2}
              name={ruleFormText.removeGroup(index + 1)}
              onClick={() =>
                put(
                  own,
                  groups.filter((_, at) => at !== index),
                )
              }
            />
          </div>
          <GroupEditor
            group={group}
            onChange={(next) =>
              put(
                own,
                groups.map((other, at) => (at === index ? next : other)),
              )
            }
            path={`conditions.groups.${index}`}
            triggers={draft.triggers}
            errors={errors}
            checks={[]}
            others={0}
          />
          <CheckLine checks={sample.checks.filter(({ condition }) => condition === `groups.${index}`)} />
        </section>
      ))}
    </div>
  );
}

function SampleSelect({ choices, sample, choose }: SampleProps): ReactElement {
  if (sample === undefined) return <p className="text-sm text-muted">{ruleFormText.noSample}</p>;
  return (
    <Field label={ruleFormText.sample} help={ruleFormText.sampleHelp}>
      <Combobox
        options={choices.map((event) => ({ value: String(event._id), label: eventSentence(event), help: formatDateTime(event.timestamp) }))}
        value={String(sample._id)}
        onChange={(id) => id !== null && choose(Number(id))}
      />
    </Field>
  );
}

type GroupEditorProps = {
  readonly group: ConditionGroup;
  readonly onChange: (group: ConditionGroup) => void;
  readonly path: string;
  readonly triggers: readonly string[];
  readonly errors: FieldErrors;
  readonly checks: SampleProps['checks'];
  /** Groups beside the conditions themselves. */
  readonly others: number;
  readonly onAddGroup?: (() => void) | undefined;
};

function GroupEditor({ group, onChange, path, triggers, errors, checks, others, onAddGroup }: GroupEditorProps): ReactElement {
  const [opened, setOpened] = useState<readonly ConditionKind[]>([]);
  const shown = KINDS.filter((kind) => isSet(group, kind) || opened.includes(kind));
  const addable = KINDS.filter((kind) => !shown.includes(kind) && canMeet(kind, triggers));
  return (
    <div className="flex flex-col gap-4" data-field={path}>
      {shown.length + others > 1 && (
        <div className="flex items-center gap-3">
          <span className="text-muted">{ruleFormText.match}</span>
          <SegmentedControl
            label={ruleFormText.match}
            segments={MATCHES}
            value={group.match}
            onChange={(match) => onChange({ ...group, match })}
          />
        </div>
      )}
      {shown.length === 0 ? (
        others === 0 && <p className="text-muted">{ruleFormText.noConditions}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {shown.map((kind) => (
            <ConditionRow
              key={kind}
              kind={kind}
              group={group}
              onChange={onChange}
              onRemove={() => setOpened(opened.filter((other) => other !== kind))}
              path={path}
              errors={errors}
              checks={checks}
            />
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <Menu
          trigger={<Button icon={Plus}>{ruleFormText.addCondition}</Button>}
          entries={addable.map((kind) => ({
            label: ruleFormText.conditions[kind].title,
            onSelect: () => {
              setOpened([...opened, kind]);
              onChange(withKind(group, kind));
            },
          }))}
        />
        {onAddGroup !== undefined && (
          <Button kind="ghost" icon={FolderTree} onClick={onAddGroup}>
            {ruleFormText.addGroup}
          </Button>
        )}
      </div>
      {shown.some((kind) => PATTERN_KINDS.has(kind)) && <p className="text-sm text-muted">{ruleFormText.patternHelp}</p>}
    </div>
  );
}

const PATTERN_KINDS: ReadonlySet<ConditionKind> = new Set(['users', 'userGroups', 'roles', 'names', 'paths', 'targetPaths', 'realPaths']);
