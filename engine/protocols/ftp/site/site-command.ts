import type { Session } from '../../../vfs/types.ts';
import type { ControlConnection } from '../control-connection.ts';

/** One command of SITE: what a server offers beyond the RFCs. Each that is known is also an event that rules may listen to. */
export type SiteCommand = {
  /** What follows its name, as SITE HELP shows it; empty: nothing. */
  readonly syntax: string;
  /** Takes the text behind the name apart, as its event tells it; null: answered with 501 and the syntax. */
  readonly parse: (text: string) => readonly string[] | null;
  /** Carries it out; resolves with the words of the 200 reply, or the lines of one. Throws Refusal or AppError. */
  readonly run: (control: ControlConnection, session: Session, ...args: string[]) => Promise<string | readonly string[]>;
};
