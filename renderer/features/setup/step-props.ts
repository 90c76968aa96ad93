import type { AppError } from '../../../engine/contract/errors.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import type { Answers, StepId } from './answers.ts';

/** What every step's screen gets. */
export type StepProps = {
  readonly setup: Output<'setup.get'>;
  readonly answers: Answers;
  readonly change: (answers: Partial<Answers>) => void;
  /** Words for the field of this name, from the last attempt to go on. */
  readonly problemAt: (field: string) => string | undefined;
  readonly problem: AppError | undefined;
  readonly goTo: (step: StepId) => void;
  /** Generated for the first partner. */
  readonly password: string;
  /** The password of the account that was made in this visit. */
  readonly given: string | null;
  readonly onNewPassword: () => void;
  /** Ids of failed rows of the self-test that the person passes over. */
  readonly ignored: readonly string[];
  readonly onIgnore: (ids: readonly string[]) => void;
};
