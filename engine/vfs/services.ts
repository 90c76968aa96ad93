import type { CallRecorder } from '../events/call-recorder.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { FairQueue } from '../lib/fair-queue.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { AwaitedNames } from './awaited-names.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { HiddenFiles } from './hidden-files.ts';
import type { Platform } from './names.ts';
import type { QuotaLedger } from './quota.ts';
import type { TransferLimits } from './transfer-limits.ts';
import type { Decide } from './types.ts';
import type { OpenUploads } from './uploads.ts';

/** What every session of one engine shares. */
export type VfsServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly platform: Platform;
  readonly quota: QuotaLedger;
  readonly bandwidth: Bandwidth;
  readonly transferLimits: TransferLimits;
  /** In which checksums take turns. */
  readonly checksums: FairQueue;
  readonly uploads: OpenUploads;
  readonly hiddenFiles: HiddenFiles;
  readonly transferBegan?: (() => void) | undefined;
  /** Told of clients' requests, where they are to be told of. */
  readonly requests?: CallRecorder | undefined;
  /** Rules' say in operations; allows everything where there are none. */
  readonly decide: Decide;
  /** Whether a rule may have to see an upload before it is published. */
  readonly holdsUploads: () => boolean;
  /** Made after the services that it uses. */
  readonly awaitedNames: () => AwaitedNames;
  readonly settings: () => {
    /** Appending to a larger file changes it in place. */
    readonly copyLimitBytes: number;
    /** In lower case, with their dot. */
    readonly temporarySuffixes: readonly string[];
    /** How long an upload under a temporary name waits for its final one. */
    readonly renameWaitSeconds: number;
    /** A batch ends this long after its last item when no transfer is open. */
    readonly batchPauseSeconds: number;
  };
};
