import { AppError, fromErrorData } from '../../engine/contract/errors.ts';
import type { Input, Method, Output } from '../../engine/contract/rpc.ts';
import type { Transport } from '../shell/types.ts';

/** The engine as the console uses it: a call resolves with the value or rejects with an AppError in plain words. */
export type Client = {
  call<M extends Method>(method: M, ...input: EmptyInput<M>): Promise<Output<M>>;
  readonly transport: Transport;
};

/** Methods whose input may be left out need none here either. */
type EmptyInput<M extends Method> = undefined extends Input<M> ? [input?: Input<M>] : [input: Input<M>];

/** A client over any transport. */
export function createClient(transport: Transport): Client {
  return {
    transport,
    async call(method, ...[input]) {
      const answer = await transport.call(method, input as Input<typeof method>);
      if (answer.ok) return answer.value;
      throw fromErrorData(answer.error);
    },
  };
}

/** Any rejection of a call as an AppError; what is none is a defect of the console. */
export function asAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('internal', undefined, { cause: thrown });
}
