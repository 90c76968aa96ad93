import { AppError, fromErrorData } from '../contract/errors.ts';
import { API_PERMISSIONS } from '../contract/method.ts';
import type { Input, Method, Output } from '../contract/rpc.ts';
import type { Engine } from '../index.ts';
import { call } from './client.ts';
import type { Io } from './command.ts';
import { findTarget } from './target.ts';

/** The person who runs the command; their rights are those of the data folder. */
const OWNER: Parameters<Engine['dispatch']>[2] = {
  kind: 'owner',
  permissions: new Set(API_PERMISSIONS),
  role: null,
  sessionId: null,
  origin: 'api',
  address: null,
  protocol: null,
  client: 'gatehouse-cli',
};

/** Calls a method of the running engine where there is one, else of one that is opened for it without its servers. */
export async function callAsOwner<M extends Method>(dataFolder: string, method: M, input: Input<M>, io: Io): Promise<Output<M>> {
  // Only here: the other commands start without the database and the servers.
  const { createEngine } = await import('../index.ts');
  let engine: Engine;
  try {
    engine = await createEngine({ dataFolder });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'already_running') throw error;
    return await call(findTarget({ data: dataFolder }, io.env), method, input);
  }
  try {
    const envelope = await engine.dispatch(method, input, OWNER);
    if (!envelope.ok) throw fromErrorData(envelope.error);
    return envelope.value as Output<M>;
  } finally {
    await engine.stop(0);
  }
}
