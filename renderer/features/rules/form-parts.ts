import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { RuleTest } from '../../../engine/contract/rule.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import type { Draft } from './draft.ts';

/** What every part of the form takes. */
export type PartProps = {
  readonly draft: Draft;
  /** A function gets the draft as it is by then, for what happens later than the rendering. */
  readonly onChange: (next: Draft | ((now: Draft) => Draft)) => void;
  /** What is wrong, at the fields that may already say so. */
  readonly errors: FieldErrors;
  /** What works, but perhaps not as it is meant. */
  readonly warnings?: FieldErrors | undefined;
};

/** The past event that previews and conditions are shown with. */
export type SampleProps = {
  readonly choices: readonly StoredEvent[];
  readonly sample: StoredEvent | undefined;
  readonly choose: (id: number) => void;
  /** What each condition makes of it; empty until known. */
  readonly checks: RuleTest['samples'][number]['conditions'];
};
