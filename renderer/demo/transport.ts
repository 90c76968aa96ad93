import { AppError, toAppError } from '../../engine/contract/errors.ts';
import { mayCall } from '../../engine/contract/method.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import { rpc } from '../../engine/contract/rpc.ts';
import type { LiveSession } from '../../engine/contract/session.ts';
import type { Downloads } from '../rpc/download-export.ts';
import type { Transport } from '../shell/types.ts';
import { demoMethods } from './methods.ts';
import { iso } from './moments.ts';
import { addVisit } from './visits.ts';
import type { World } from './world.ts';

/** How the demo behaves: `live` lets partners come by every few seconds, `broken` fails every query as a lost engine would. */
export type DemoMode = 'quiet' | 'live' | 'broken';

const VISIT_EVERY_MS = 8000;
const LATENCY_MS = 30;

const TRANSFER_RATE = 4_200_000;
const TRANSFER_BYTES = 734_003_200;

/** A partner who sends a large file all day long. */
function runningTransfer(since: number, bytes: number): LiveSession {
  const startedAt = iso(since - 90_000);
  return {
    id: 9001,
    username: 'novaprint',
    displayName: 'NovaPrint',
    protocol: 'SFTP',
    address: '175.16.199.37',
    client: 'SSH-2.0-WinSCP_release_6.5',
    since: startedAt,
    openTransfers: 1,
    transfers: [
      { direction: 'upload', path: '/drop/catalogue-2027.zip', bytes, total: TRANSFER_BYTES, bytesPerSecond: TRANSFER_RATE, startedAt },
    ],
  };
}

/** The engine's place taken by an array: for development without an engine, and for tests of screens. Inputs are checked as the engine does. */
export function createDemoTransport(world: World, mode: DemoMode, setUp: boolean): Transport & Downloads {
  const listeners = new Set<Parameters<Transport['subscribe']>[0]>();
  const push = (message: PushMessage): void => {
    for (const listener of listeners) listener.message(message);
  };
  const methods = demoMethods(world, push, setUp);

  if (mode === 'live') {
    let visit = 200;
    setInterval(() => {
      const previousSeq = world.events.at(-1)?._id ?? 0;
      addVisit(world, visit++, Date.now());
      push({ kind: 'events', previousSeq, events: world.events.filter(({ _id }) => _id > previousSeq) });
    }, VISIT_EVERY_MS);
    let bytes = 0;
    setInterval(() => {
      bytes = (bytes + TRANSFER_RATE) % TRANSFER_BYTES;
      push({
        kind: 'sessions',
        sessions: [runningTransfer(world.now, bytes)],
        traffic: { bytesInPerSecond: TRANSFER_RATE, bytesOutPerSecond: 0 },
      });
    }, 1000);
  }

  async function call(method: keyof typeof rpc, input: unknown): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
    try {
      if (mode === 'broken') return { ok: false, error: toAppError(new Error('broken on purpose')).toData() };
      if (!mayCall(rpc[method], world.rights)) throw new AppError('forbidden', 'You may not do this.');
      const parsed = rpc[method].input.safeParse(input);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return {
          ok: false,
          error: { code: 'invalid_input', kind: 'user', message: issue?.message ?? '', field: issue?.path.join('.'), retryable: false },
        };
      }
      // The table ties input and answer of one name together; the compiler cannot see that for a name known at run time only.
      return { ok: true, value: await (methods[method] as (input: unknown) => unknown)(parsed.data) };
    } catch (error) {
      return { ok: false, error: toAppError(error).toData() };
    }
  }

  return {
    door: null,
    call: call as Transport['call'],
    download: () => Promise.resolve(new Blob(world.events.map((event) => `${JSON.stringify(event)}\n`))),
    subscribe(listener) {
      listeners.add(listener);
      listener.state({ kind: 'live' });
      return () => void listeners.delete(listener);
    },
  };
}
