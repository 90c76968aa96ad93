import { CircleCheck, CircleX, Trash2 } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { OUTCOMES, PROTOCOLS, RECORD_KINDS } from '../../../engine/contract/event.ts';
import type { ConditionGroup, RuleTest } from '../../../engine/contract/rule.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import { PatternList } from '../../forms/index.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Checkbox, Field, IconButton, SizeInput, TextInput } from '../../ui/index.ts';
import { type ConditionKind, withoutKind } from './condition-kinds.ts';
import { byIndex } from './form-problems.ts';
import { PartError } from './part-error.tsx';
import { ZoneSelect } from './zone-select.tsx';

type Checks = RuleTest['samples'][number]['conditions'];

type EditorProps = {
  readonly kind: ConditionKind;
  readonly group: ConditionGroup;
  readonly onChange: (group: ConditionGroup) => void;
  /** Dotted path of the group in the rule. */
  readonly path: string;
  readonly errors: FieldErrors;
};

/** One kind of condition with its control, and whether it holds for the sample. */
export function ConditionRow(props: EditorProps & { readonly checks: Checks; readonly onRemove: () => void }): ReactElement {
  const { kind, group, onChange, onRemove, checks } = props;
  const { title } = ruleFormText.conditions[kind];
  return (
    <li className="flex items-start gap-2 py-4 first:pt-0">
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <Editor {...props} />
        <CheckLine checks={checks.filter(({ condition }) => conditionsOf(kind).includes(condition))} />
      </div>
      <IconButton
        icon={Trash2}
        name={ruleFormText.removeCondition(title)}
        onClick={() => {
          onChange(withoutKind(group, kind));
          onRemove();
        }}
      />
    </li>
  );
}

/** The engine's names of what the form shows as one. */
function conditionsOf(kind: ConditionKind): readonly string[] {
  return kind === 'size' ? ['minSize', 'maxSize'] : [kind];
}

/** Whether something holds for the sample, as icon and words. Nothing while it is not known. */
export function CheckLine({ checks }: { readonly checks: Checks }): ReactElement | null {
  const shown = checks.find(({ matched }) => !matched) ?? checks[0];
  if (shown === undefined) return null;
  const actual = shown.actual === 'none' ? ruleFormText.none : shown.actual;
  return (
    <p className={`flex items-start gap-1.5 text-sm [overflow-wrap:anywhere] ${shown.matched ? 'text-ok' : 'text-muted'}`}>
      {shown.matched ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
      ) : (
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
      )}
      {shown.matched ? ruleFormText.holds(actual) : ruleFormText.missed(actual)}
    </p>
  );
}

function Editor({ kind, group, onChange, path, errors }: EditorProps): ReactElement {
  const { title } = ruleFormText.conditions[kind];
  const at = `${path}.${kind}`;
  const whole = errors.get(at);
  switch (kind) {
    case 'size':
      return <SizeEditor group={group} onChange={onChange} path={path} errors={errors} />;
    case 'time':
      return <TimeEditor group={group} onChange={onChange} path={path} errors={errors} />;
    case 'protocols':
      return (
        <Choices
          title={title}
          name={at}
          options={PROTOCOLS.map((value) => ({ value, label: value }))}
          value={group.protocols}
          error={whole}
          onChange={(protocols) => onChange({ ...group, protocols })}
        />
      );
    case 'outcomes':
      return (
        <Choices
          title={title}
          name={at}
          help={ruleFormText.outcomesHelp}
          options={OUTCOMES.map((value) => ({ value, label: ruleFormText.outcomes[value] }))}
          value={group.outcomes}
          error={whole}
          onChange={(outcomes) => onChange({ ...group, outcomes })}
        />
      );
    case 'records':
      return (
        <Choices
          title={title}
          name={at}
          options={RECORD_KINDS.map((value) => ({ value, label: ruleFormText.records[value] }))}
          value={group.records}
          error={whole}
          onChange={(records) => onChange({ ...group, records })}
        />
      );
    case 'addresses':
      return (
        <>
          <PatternList
            label={title}
            name={at}
            placeholder={ruleFormText.conditions.addresses.placeholder}
            value={group.addresses.map(({ range, inverse }) => ({ pattern: range, inverse }))}
            errors={byIndex(errors, at)}
            onChange={(list) => onChange({ ...group, addresses: list.map(({ pattern, inverse }) => ({ range: pattern, inverse })) })}
          />
          <PartError>{whole}</PartError>
        </>
      );
    default:
      return (
        <>
          <PatternList
            label={title}
            name={at}
            placeholder={ruleFormText.conditions[kind].placeholder}
            value={group[kind]}
            errors={byIndex(errors, at)}
            onChange={(list) => onChange({ ...group, [kind]: [...list] })}
          />
          <PartError>{whole}</PartError>
        </>
      );
  }
}

type ChoicesProps<Value extends string> = {
  readonly title: string;
  readonly name: string;
  readonly help?: string | undefined;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: readonly Value[];
  readonly error: string | undefined;
  readonly onChange: (value: Value[]) => void;
};

/** Any of a few. */
function Choices<Value extends string>({ title, name, help, options, value, error, onChange }: ChoicesProps<Value>): ReactElement {
  return (
    <Fieldset title={title} name={name} error={error} help={help}>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {options.map((option) => (
          <Checkbox
            key={option.value}
            label={option.label}
            checked={value.includes(option.value)}
            onChange={(on) =>
              onChange(options.map((other) => other.value).filter((other) => (other === option.value ? on : value.includes(other))))
            }
          />
        ))}
      </div>
    </Fieldset>
  );
}

function Fieldset({
  title,
  name,
  error,
  help,
  children,
}: {
  readonly title: string;
  readonly name: string;
  readonly error: string | undefined;
  readonly help?: string | undefined;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <fieldset data-field={name} className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">{title}</legend>
      {children}
      <PartError>{error}</PartError>
      {help !== undefined && <p className="text-sm text-muted">{help}</p>}
    </fieldset>
  );
}

type GroupProps = Omit<EditorProps, 'kind'>;

function SizeEditor({ group, onChange, path, errors }: GroupProps): ReactElement {
  const { minSize, maxSize, ...rest } = group;
  const put = (least: number | null, most: number | null): void =>
    onChange({ ...rest, ...(least === null ? {} : { minSize: least }), ...(most === null ? {} : { maxSize: most }) });
  return (
    <Fieldset title={ruleFormText.conditions.size.title} name={`${path}.size`} error={undefined}>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={ruleFormText.minSize} name={`${path}.minSize`} error={errors.get(`${path}.minSize`)}>
          <SizeInput value={minSize ?? null} placeholder={ruleFormText.sizePlaceholder} onChange={(least) => put(least, maxSize ?? null)} />
        </Field>
        <Field label={ruleFormText.maxSize} name={`${path}.maxSize`} error={errors.get(`${path}.maxSize`)}>
          <SizeInput value={maxSize ?? null} placeholder={ruleFormText.sizePlaceholder} onChange={(most) => put(minSize ?? null, most)} />
        </Field>
      </div>
    </Fieldset>
  );
}

function TimeEditor({ group, onChange, path, errors }: GroupProps): ReactElement | null {
  const { time } = group;
  if (time === undefined) return null;
  const change = (next: Partial<typeof time>): void => onChange({ ...group, time: { ...time, ...next } });
  return (
    <Fieldset
      title={ruleFormText.conditions.time.title}
      name={`${path}.time`}
      error={errors.get(`${path}.time`) ?? errors.get(`${path}.time.weekdays`)}
      help={ruleFormText.timeHelp}
    >
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {ruleFormText.weekdays.map((day, index) => (
          <Checkbox
            key={day}
            label={day}
            checked={time.weekdays.includes(index + 1)}
            onChange={(on) =>
              change({ weekdays: on ? [...time.weekdays, index + 1].toSorted() : time.weekdays.filter((other) => other !== index + 1) })
            }
          />
        ))}
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={ruleFormText.from} name={`${path}.time.from`} error={errors.get(`${path}.time.from`)}>
          <TextInput type="time" value={time.from} onChange={(from) => change({ from })} />
        </Field>
        <Field label={ruleFormText.to} name={`${path}.time.to`} error={errors.get(`${path}.time.to`)}>
          <TextInput type="time" value={time.to} onChange={(to) => change({ to })} />
        </Field>
      </div>
      <ZoneSelect
        value={time.zone}
        onChange={(zone) => change({ zone })}
        name={`${path}.time.zone`}
        error={errors.get(`${path}.time.zone`)}
      />
    </Fieldset>
  );
}
