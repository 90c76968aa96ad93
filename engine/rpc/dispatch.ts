import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AppError, ERROR_CODES, type ErrorData, toAppError } from '../contract/errors.ts';
import { type ApiPermission, mayCall } from '../contract/method.ts';
import { type Envelope, type Method, type Output, type ParsedInput, rpc } from '../contract/rpc.ts';
import { invalidInput } from '../lib/invalid-input.ts';
import type { Logger } from '../lib/log.ts';
import { actorOf, type CallContext, type Caller } from './caller.ts';
import { beyondRole } from './role-scope.ts';

/** One function per method of the table: a forgotten one does not compile. */
export type Handlers = { readonly [M in Method]: (input: ParsedInput<M>, call: CallContext) => Promise<Output<M>> | Output<M> };

/** Calls a method for somebody. Never rejects: whatever goes wrong is in the envelope. */
export type Dispatch = (method: string, input: unknown, caller: Caller) => Promise<Envelope<unknown>>;

export type DispatchOptions = {
  readonly handlers: Handlers;
  /** A new `batch_id` for the events of one command. */
  readonly openBatch: () => number;
  /** Throws while nothing may be changed. */
  readonly refuseChanges: () => void;
  readonly log: Logger;
  /** Told of every call that is allowed and well-formed, before it is carried out. */
  readonly onCall?: (method: Method, kind: 'query' | 'command', input: unknown, call: CallContext) => void;
  /** Also checks every answer against its schema; for tests and development. */
  readonly checkOutput?: boolean;
};

/** The only caller of handlers: look-up, permission, validation, handler, envelope. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const { handlers, openBatch, refuseChanges, log, onCall, checkOutput = false } = options;

  async function call(method: string, input: unknown, caller: Caller): Promise<unknown> {
    if (!isMethod(method))
      throw new AppError('unknown_method', `There is no method "${method.slice(0, 64)}". See docs/api.md for the list.`);
    const spec = rpc[method];
    if (!mayCall(spec, caller)) throw refusal(method, spec.permission, caller);
    const parsed = spec.input.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error);
    if (spec.kind === 'command' && spec.keepsNothing !== true) refuseChanges();
    const context: CallContext = { caller, actor: actorOf(caller), batchId: spec.kind === 'command' ? openBatch() : null };
    onCall?.(method, spec.kind, parsed.data, context);
    // The table ties input and handler of one name together; TypeScript cannot see that for a name known at run time only.
    const handler = handlers[method] as (input: unknown, call: CallContext) => unknown;
    const value = await handler(parsed.data, context);
    if (checkOutput) assertFits(method, spec.output, value);
    return value;
  }

  function toErrorData(method: string, thrown: unknown): ErrorData {
    const error = toAppError(thrown);
    if (error.kind === 'user') return error.toData();
    if (error.kind === 'world') {
      log.warn(`${method}: ${error.code}`, error);
      return error.toData();
    }
    const incident = randomBytes(4).toString('hex');
    log.error(`incident ${incident} in ${isMethod(method) ? method : 'an unknown method'}`, error.cause ?? error);
    return new AppError(error.code, `${ERROR_CODES[error.code].text} Incident ${incident}.`).toData();
  }

  return async (method, input, caller) => {
    try {
      return { ok: true, value: await call(method, input, caller) };
    } catch (error) {
      return { ok: false, error: toErrorData(method, error) };
    }
  };
}

/** Why a caller may not call a method. */
function refusal(method: Method, permission: ApiPermission, { kind, permissions, role }: Caller): AppError {
  if (role !== null && permissions.has(permission)) return beyondRole(role);
  return new AppError(
    'forbidden',
    kind === 'api'
      ? `This token may not call ${method}: it lacks the permission ${permission}. Use one that has it.`
      : `You may not do this: it takes the permission ${permission}. Ask an administrator who may give it.`,
  );
}

/** An own property of the table only: "constructor" and the like are no methods. */
function isMethod(name: string): name is Method {
  return Object.hasOwn(rpc, name);
}

/** Nothing missing, nothing of another type, and nothing beyond the schema, which might be a secret. Looks at what JSON leaves of the value. */
function assertFits(method: string, schema: z.ZodType, value: unknown): void {
  const wire = JSON.parse(JSON.stringify(value)) as unknown;
  const parsed = schema.safeParse(wire);
  if (!parsed.success) throw new AppError('internal', `The answer of ${method} does not fit its schema: ${z.prettifyError(parsed.error)}`);
  if (!isDeepStrictEqual(parsed.data, wire)) throw new AppError('internal', `The answer of ${method} holds more than its schema says.`);
}
