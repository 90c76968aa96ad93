import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AppError, ERROR_CODES, type ErrorData, toAppError } from '../contract/errors.ts';
import { type ApiPermission, mayCall } from '../contract/method.ts';
import type { Outcome, RecordKind } from '../contract/event.ts';
import { type Envelope, type Method, type Output, type ParsedInput, rpc } from '../contract/rpc.ts';
import type { Asked } from '../events/unavailable-recorder.ts';
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
  /** Told of every call: before it is carried out, or that it was refused before that. */
  readonly onCall?: (call: Called) => void;
  /** Told of every call that ended with an error, and of the record that it named. */
  readonly onRefused?: (error: AppError, asked: Asked, by: Pick<Called, 'actor' | 'batch'>) => void;
  /** Also checks every answer against its schema; for tests and development. */
  readonly checkOutput?: boolean;
};

/** A call as it came in; its `method` may be none. */
export type Called = Pick<CallContext, 'actor' | 'batch'> & {
  readonly method: string;
  readonly kind: 'query' | 'command';
  readonly input: unknown;
  readonly outcome: Outcome;
};

/** The only caller of handlers: look-up, permission, validation, handler, envelope. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const { handlers, openBatch, refuseChanges, log, onCall, onRefused, checkOutput = false } = options;

  type Way = Pick<CallContext, 'caller' | 'actor' | 'batch'> & { readonly onBegin: (input: unknown) => void };

  async function call(method: string, input: unknown, { onBegin, ...way }: Way): Promise<unknown> {
    const { caller } = way;
    if (!isMethod(method))
      throw new AppError('unknown_method', `There is no method "${method.slice(0, 64)}". See docs/api.md for the list.`);
    const spec = rpc[method];
    if (!mayCall(spec, caller)) throw refusal(method, spec.permission, caller);
    const parsed = spec.input.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error);
    if (spec.kind === 'command' && spec.keepsNothing !== true) refuseChanges();
    const context: CallContext = { ...way, batchId: spec.kind === 'command' ? way.batch() : null };
    onBegin(parsed.data);
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
    const actor = actorOf(caller);
    let batchId: number | undefined;
    const batch = (): number => (batchId ??= openBatch());
    // Whoever tries what there is not may have meant to change something.
    const kind = isMethod(method) ? rpc[method].kind : 'command';
    const told = { began: false };
    const onBegin = (parsed: unknown): void => {
      told.began = true;
      onCall?.({ method, kind, input: parsed, outcome: 'ok', actor, batch });
    };
    try {
      return { ok: true, value: await call(method, input, { caller, actor, batch, onBegin }) };
    } catch (error) {
      const { code } = toAppError(error);
      if (!told.began)
        onCall?.({ method: method.slice(0, 64), kind, input, outcome: code === 'forbidden' ? 'denied' : 'failed', actor, batch });
      onRefused?.(toAppError(error), askedOf(method, input), { actor, batch });
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

/** What the records of the methods that begin so are called in the log. */
const KINDS: Readonly<Record<string, RecordKind>> = {
  accounts: 'user',
  admins: 'admin',
  flows: 'flow',
  folders: 'folder',
  groups: 'group',
  roles: 'role',
  rules: 'rule',
  settings: 'settings',
  tokens: 'api_key',
};
const NAMES = ['id', 'username', 'name'] as const;

/** The record that a call names, as it names it. */
function askedOf(method: string, input: unknown): Asked {
  const [area = ''] = method.slice(0, 64).split('.');
  const given = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  const id = NAMES.map((name) => given[name]).find((value) => typeof value === 'string' || typeof value === 'number');
  return { type: Object.hasOwn(KINDS, area) ? (KINDS[area] ?? area) : area, id: id === undefined ? '' : String(id) };
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
