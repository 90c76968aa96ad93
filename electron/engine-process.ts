/** Entry of the utility process that hosts the engine. It speaks engine-messages.ts with main and ends when main ends. */
import { inspect } from 'node:util';
import { AppError, toAppError } from '../engine/contract/errors.ts';
import { API_PERMISSIONS } from '../engine/contract/method.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import type { LogSink } from '../engine/lib/log.ts';
import type { EngineStart, FromEngine, ToEngine } from './engine-messages.ts';
import { createKeyWrap } from './key-wrap.ts';

const port = process.parentPort;

/** The person at the machine; other programs cannot reach this port. */
const OWNER: Parameters<Engine['dispatch']>[2] = {
  kind: 'owner',
  permissions: new Set(API_PERMISSIONS),
  role: null,
  sessionId: null,
  origin: 'console',
  address: null,
  protocol: null,
  client: 'Gatehouse desktop',
};

let starting: Promise<Engine | undefined> | undefined;
let engine: Engine | undefined;

function send(message: FromEngine): void {
  port.postMessage(message);
}

const logSink: LogSink = ({ level, scope, message, error }) => {
  send({ kind: 'log', level, scope, message: error === undefined ? message : `${message} (${inspect(error)})` });
};

async function start({ dataFolder, overrides, wrapKey }: EngineStart): Promise<Engine | undefined> {
  try {
    const options = { dataFolder, overrides, logSink, ...(wrapKey === null ? {} : { keyWrap: createKeyWrap(wrapKey) }) };
    const made = await createEngine(options);
    made.push.subscribe((message) => send({ kind: 'push', message }));
    await made.start();
    engine = made;
    send({ kind: 'started' });
    return made;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'ours') logSink({ level: 'error', scope: 'engine', message: 'the engine could not start', error: error.cause });
    send({ kind: 'start-failed', error: error.toData() });
    return undefined;
  }
}

async function receive(message: ToEngine): Promise<void> {
  switch (message.kind) {
    case 'start':
      starting ??= start(message.options);
      break;
    case 'call': {
      const { id, method, input } = message;
      const envelope =
        engine === undefined
          ? { ok: false as const, error: new AppError('not_running').toData() }
          : await engine.dispatch(method, input, OWNER);
      send({ kind: 'answer', id, envelope });
      break;
    }
    case 'stop': {
      const running = await starting;
      await running?.stop(message.graceMs);
      process.exit(0);
    }
  }
}

// The port belongs to main alone, which is built together with this file: the type is a fact, not a hope.
port.on('message', ({ data }) => void receive(data as ToEngine));
