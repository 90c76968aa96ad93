import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Pattern } from '../../engine/contract/rule.ts';
import { formsText } from '../text/forms.ts';
import { uiText } from '../text/ui.ts';
import { Button, Field, IconButton, Select, TextInput } from '../ui/index.ts';

export type PatternListProps = {
  /** What the patterns are for: *File name*. */
  readonly label: string;
  readonly value: readonly Pattern[];
  readonly onChange: (value: readonly Pattern[]) => void;
  /** An example in the empty field, such as *.pdf. */
  readonly placeholder?: string | undefined;
  /** The Field's name of the first one is `NAME.0.pattern`. */
  readonly name: string;
  /** What is wrong, by index. */
  readonly errors?: ReadonlyMap<number, string> | undefined;
};

const KINDS = [
  { value: 'matches', label: formsText.mustMatch },
  { value: 'not', label: formsText.mustNotMatch },
] as const;

/** Patterns that a value has to match or must not match. */
export function PatternList({ label, value, onChange, placeholder, name, errors }: PatternListProps): ReactElement {
  const change = (index: number, next: Pattern): void => onChange(value.map((pattern, at) => (at === index ? next : pattern)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">{label}</legend>
      {value.map((pattern, index) => (
        // Patterns have no identity of their own, and all their controls show what the value holds.
        <div key={index} className="flex items-start gap-2">
          <div className="w-40 shrink-0">
            <Select
              aria-label={formsText.patternKind}
              options={KINDS}
              value={pattern.inverse ? 'not' : 'matches'}
              onChange={(kind) => change(index, { ...pattern, inverse: kind === 'not' })}
            />
          </div>
          <div className="min-w-0 flex-1">
            <Field hideLabel label={formsText.item(label, index + 1)} name={`${name}.${index}.pattern`} error={errors?.get(index)}>
              <TextInput
                mono
                value={pattern.pattern}
                placeholder={placeholder}
                onChange={(next) => change(index, { ...pattern, pattern: next })}
              />
            </Field>
          </div>
          <span className="pt-0.5">
            <IconButton
              icon={X}
              name={formsText.removeItem(label, index + 1)}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            />
          </span>
        </div>
      ))}
      <div>
        <Button
          small
          kind="ghost"
          icon={Plus}
          aria-label={formsText.addItem(label)}
          onClick={() => onChange([...value, { pattern: '', inverse: false }])}
        >
          {uiText.add}
        </Button>
      </div>
    </fieldset>
  );
}
