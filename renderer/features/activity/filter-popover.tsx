import { ListFilter } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { EventGroup } from '../../../engine/contract/define.ts';
import { OUTCOMES, type Outcome, PROTOCOLS, type Protocol } from '../../../engine/contract/event.ts';
import { activityText } from '../../text/activity.ts';
import { Button, Combobox, Field, type Option, Popover, Select, TextInput } from '../../ui/index.ts';
import { DIRECTIONS, GROUPS, TIME_PRESETS, type TimePreset, type TimelineQuery, type TimeRange } from './query.ts';
import type { Names } from './search-words.ts';

const text = activityText.filters;
const ANY = 'any';
type OrAny<T> = T | typeof ANY;

export type FilterPopoverProps = {
  readonly query: TimelineQuery;
  readonly names: Names;
  readonly onChange: (query: TimelineQuery) => void;
};

/** Everything that the rows can be restricted by, one of each kind; what is chosen holds at once and stands as a chip. */
export function FilterPopover({ query, names, onChange }: FilterPopoverProps): ReactElement {
  const set = (change: Partial<TimelineQuery>): void => onChange({ ...query, ...change });
  return (
    <Popover trigger={<Button icon={ListFilter}>{text.button}</Button>} title={text.button}>
      <TimeFields time={query.time} onChange={(time) => set({ time })} />
      <Field label={text.partner}>
        <Combobox
          options={names.partners.map(({ username, displayName }) => ({
            value: username,
            label: displayName === '' ? username : displayName,
          }))}
          value={query.partner}
          onChange={(partner) => set({ partner })}
          placeholder={text.everybody}
        />
      </Field>
      <OneOf<EventGroup>
        label={text.kind}
        values={GROUPS}
        words={activityText.groups}
        value={query.groups[0]}
        onChange={(group) => set({ groups: group === undefined ? [] : [group] })}
      />
      <OneOf
        label={text.direction}
        values={DIRECTIONS}
        words={activityText.directions}
        value={query.direction ?? undefined}
        onChange={(direction) => set({ direction: direction ?? null })}
      />
      <OneOf<Outcome>
        label={text.outcome}
        values={OUTCOMES}
        words={activityText.outcomes}
        value={query.outcomes[0]}
        onChange={(outcome) => set({ outcomes: outcome === undefined ? [] : [outcome] })}
      />
      <OneOf<Protocol>
        label={text.protocol}
        values={PROTOCOLS}
        words={{ SFTP: 'SFTP', FTP: 'FTP', FTPS: 'FTPS', HTTP: 'HTTP' }}
        value={query.protocols[0]}
        onChange={(protocol) => set({ protocols: protocol === undefined ? [] : [protocol] })}
      />
      <Field label={text.rule}>
        <Combobox
          options={names.rules.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={query.ruleId === null ? null : String(query.ruleId)}
          onChange={(id) => set({ ruleId: id === null ? null : Number(id) })}
          placeholder={text.any}
        />
      </Field>
      <PathField key={query.path} path={query.path} onChange={(path) => set({ path })} />
    </Popover>
  );
}

function OneOf<T extends string>({
  label,
  values,
  words,
  value,
  onChange,
}: {
  readonly label: string;
  readonly values: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly value: T | undefined;
  readonly onChange: (value: T | undefined) => void;
}): ReactElement {
  const options: Option<OrAny<T>>[] = [{ value: ANY, label: text.any }, ...values.map((known) => ({ value: known, label: words[known] }))];
  return (
    <Field label={label}>
      <Select options={options} value={value ?? ANY} onChange={(next) => onChange(next === ANY ? undefined : next)} />
    </Field>
  );
}

/** Takes the path with Enter or when it is left: a filter per keystroke would search for nothing. */
function PathField({ path, onChange }: { readonly path: string | null; readonly onChange: (path: string | null) => void }): ReactElement {
  const [typed, setTyped] = useState(path ?? '');
  const take = (): void => {
    const next = typed.trim() === '' ? null : typed.trim();
    if (next !== path) onChange(next);
  };
  return (
    <Field label={text.path} help={text.pathHelp}>
      <TextInput mono value={typed} onChange={setTyped} onBlur={take} onKeyDown={({ key }) => key === 'Enter' && take()} />
    </Field>
  );
}

type Span = TimePreset | 'all' | 'custom';

const SPANS: readonly Option<Span>[] = [
  { value: 'all', label: text.allTime },
  ...TIME_PRESETS.map((preset) => ({ value: preset, label: activityText.presets[preset] })),
  { value: 'custom', label: text.custom },
];

function TimeFields({
  time,
  onChange,
}: {
  readonly time: TimeRange | null;
  readonly onChange: (time: TimeRange | null) => void;
}): ReactElement {
  // A custom range without ends restricts nothing yet, so that the address does not know of it.
  const [choosing, setChoosing] = useState(false);
  const custom = time !== null && 'from' in time ? time : choosing ? { from: '', to: '' } : null;
  const span: Span = custom !== null ? 'custom' : time !== null && 'preset' in time ? time.preset : 'all';
  const set = (range: { from: string; to: string }): void => onChange(range.from === '' && range.to === '' ? null : range);
  return (
    <>
      <Field label={text.time}>
        <Select
          options={SPANS}
          value={span}
          onChange={(next) => {
            setChoosing(next === 'custom');
            if (next !== 'custom') onChange(next === 'all' ? null : { preset: next });
            else if (time !== null) onChange(null);
          }}
        />
      </Field>
      {custom !== null && (
        <>
          <Field label={text.fromTime}>
            <TextInput type="datetime-local" value={custom.from} onChange={(from) => set({ ...custom, from })} />
          </Field>
          <Field label={text.toTime}>
            <TextInput type="datetime-local" value={custom.to} onChange={(to) => set({ ...custom, to })} />
          </Field>
        </>
      )}
    </>
  );
}
