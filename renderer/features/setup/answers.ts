import { z } from 'zod';
import type { Output } from '../../../engine/contract/rpc.ts';

/** The wizard's steps after its start, in their order. */
export const STEPS = ['folder', 'protocols', 'identity', 'reach', 'partner', 'alerts', 'check'] as const;
export type StepId = (typeof STEPS)[number];

const port = z.number().nullable();

/** What is kept between visits as `setup.saveDraft`; half-typed answers are fine, passwords never stand in here. */
const answersSchema = z.object({
  /** Where the person was last. */
  step: z.enum(STEPS),
  done: z.array(z.enum(STEPS)),
  folder: z.string(),
  sftp: z.boolean(),
  ftps: z.boolean(),
  plainFtp: z.boolean(),
  /** The person ticked what plain FTP means. */
  plainUnderstood: z.boolean(),
  /** Null while the field is empty. */
  sftpPort: port,
  ftpPort: port,
  passiveFrom: port,
  passiveTo: port,
  name: z.string(),
  fromInternet: z.boolean(),
  publicName: z.string(),
  partner: z.object({
    company: z.string(),
    username: z.string(),
    /** The user name no longer follows the company's. */
    ownUsername: z.boolean(),
    template: z.enum(['drop-off', 'pick-up', 'both']),
    signIn: z.enum(['generated', 'key']),
    key: z.string(),
    /** The account exists. */
    saved: z.boolean(),
  }),
  newFiles: z.boolean(),
  quietHours: z.object({ enabled: z.boolean(), from: z.string(), to: z.string(), weekdays: z.array(z.number()) }),
  startAtSignIn: z.boolean(),
  preventSleep: z.boolean(),
  /** The last step switched the servers on for its test: they go off again when it is left. */
  testing: z.boolean(),
});
export type Answers = z.infer<typeof answersSchema>;

/** Where the wizard begins: with the settings, and on top of them what was answered before. What cannot be read of a draft is left out. */
export function startingAnswers({ draft, settings, suggestedFolder, hostName, platform, done }: Output<'setup.get'>): Answers {
  const { sftp, ftp, server, notifications, desktop } = settings;
  // Ports below 1024 belong to the system's administrator on Linux; elsewhere partners may as well get the usual ones.
  const usual = !done && platform !== 'linux';
  const fresh: Answers = {
    step: 'folder',
    done: [],
    folder: settings.exchange.folder === '' ? suggestedFolder : settings.exchange.folder,
    sftp: !done || sftp.enabled,
    ftps: ftp.enabled,
    plainFtp: ftp.enabled && !ftp.requireTls,
    plainUnderstood: ftp.enabled && !ftp.requireTls,
    sftpPort: usual ? 22 : sftp.port,
    ftpPort: usual ? 21 : ftp.port,
    passiveFrom: ftp.passiveFrom,
    passiveTo: ftp.passiveTo,
    name: server.name === '' ? hostName : server.name,
    fromInternet: server.fromInternet,
    publicName: server.publicName,
    partner: { company: '', username: '', ownUsername: false, template: 'both', signIn: 'generated', key: '', saved: false },
    newFiles: notifications.newFiles,
    quietHours: notifications.quietHours,
    startAtSignIn: !done || desktop.startAtSignIn,
    preventSleep: desktop.preventSleep,
    testing: false,
  };
  return done ? fresh : { ...fresh, ...readDraft(draft) };
}

function readDraft(draft: Readonly<Record<string, unknown>>): Partial<Answers> {
  const shape: Readonly<Record<string, z.ZodType>> = answersSchema.shape;
  return Object.fromEntries(
    Object.entries(draft).flatMap(([key, value]) => {
      const parsed = shape[key]?.safeParse(value);
      return parsed?.success === true ? [[key, parsed.data]] : [];
    }),
  );
}

/** Whether any form of FTP is on. */
export function usesFtp({ ftps, plainFtp }: Pick<Answers, 'ftps' | 'plainFtp'>): boolean {
  return ftps || plainFtp;
}

/** The ports as the engine checks them; those that are not typed yet, or belong to what is off, are left out. */
export function wantedPorts(answers: Answers): {
  readonly sftp?: number;
  readonly ftp?: number;
  readonly passive?: { readonly from: number; readonly to: number };
} {
  const { sftp, sftpPort, ftpPort, passiveFrom, passiveTo } = answers;
  const ftp = usesFtp(answers);
  return {
    ...(sftp && isPort(sftpPort) ? { sftp: sftpPort } : {}),
    ...(ftp && isPort(ftpPort) ? { ftp: ftpPort } : {}),
    ...(ftp && isPort(passiveFrom) && isPort(passiveTo) ? { passive: { from: passiveFrom, to: passiveTo } } : {}),
  };
}

export function isPort(port: number | null): port is number {
  return port !== null && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Steps that may be gone to: all before the first one that is not done, and that one. */
export function reachableSteps(done: readonly StepId[]): readonly StepId[] {
  const first = STEPS.findIndex((step) => !done.includes(step));
  return first === -1 ? STEPS : STEPS.slice(0, first + 1);
}
