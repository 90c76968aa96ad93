import type { ReactElement } from 'react';
import type { RuleProblem } from '../../../engine/contract/rule.ts';
import { ruleSentence } from '../../text/rule-sentence.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Field, Notice, TextArea, TextInput } from '../../ui/index.ts';
import type { Draft } from './draft.ts';
import type { PartProps } from './form-parts.ts';
import { placeOf } from './form-problems.ts';

const MOST_IN_NAME = 80;

/** The name of a rule that was given none: its sentence, as far as a list can show it. */
export function nameOf(draft: Draft): string {
  if (draft.name.trim() !== '') return draft.name.trim();
  const sentence = ruleSentence(draft).replace(/[.…\s]+$/, '');
  return sentence.length <= MOST_IN_NAME ? sentence : `${sentence.slice(0, MOST_IN_NAME - 1).trimEnd()}…`;
}

/** Name and notes. */
export function SavePart({ draft, onChange, errors }: PartProps): ReactElement {
  const suggested = nameOf({ ...draft, name: '' });
  return (
    <div className="flex flex-col gap-5">
      <Field
        label={ruleFormText.name}
        name="name"
        error={errors.get('name')}
        help={suggested === '' ? undefined : ruleFormText.nameHelp(suggested)}
      >
        <TextInput value={draft.name} maxLength={255} onChange={(name) => onChange({ ...draft, name })} />
      </Field>
      <Field label={ruleFormText.description} help={ruleFormText.descriptionHelp} name="description">
        <TextArea value={draft.description} maxLength={4096} rows={3} onChange={(description) => onChange({ ...draft, description })} />
      </Field>
    </div>
  );
}

/** Everything that keeps the rule from being switched on, each with a way to its field. Nothing for a complete rule. */
export function ProblemList({
  problems,
  body = ruleFormText.problemsBody,
  place = placeOf,
  onGo,
}: {
  readonly problems: readonly RuleProblem[];
  /** What is possible meanwhile, and what is not. */
  readonly body?: string;
  /** Where a field stands, in words. */
  readonly place?: (field: string) => string;
  readonly onGo: (field: string) => void;
}): ReactElement | null {
  if (problems.length === 0) return null;
  return (
    <Notice kind="warning" title={ruleFormText.problemsTitle}>
      <p>{body}</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {problems.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            <button
              type="button"
              onClick={() => onGo(field)}
              className="min-h-6 rounded-sm text-start text-link underline decoration-link/40 underline-offset-3 hover:decoration-current"
            >
              {place(field)}: {message}
            </button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
