import { type Admin, type AdminInput, adminInputSchema } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import { API_PERMISSIONS, type ApiPermission, permissionsWithin } from '../contract/method.ts';
import type { Actor, EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { AdminRow, AdminValues } from '../store/admins-table.ts';
import type { Store } from '../store/index.ts';
import { type PasswordRules, passwordProblem } from './password-strength.ts';
import type { Passwords } from './passwords.ts';
import { deleteRecord, requireRecord, saveRecord } from './record-changes.ts';
import { requireRole } from './references.ts';
import type { Change } from './service.ts';
import type { TwoFactor } from './two-factor.ts';

/** What became of one: `password` where whoever knew the old one has to go, `locked` where nobody may go on in his name. */
type AdminChange = 'saved' | 'password' | 'locked';

/** Administrators of the console: the only way in which they are made, changed and removed. */
export type Admins = {
  /**
   * Creates the administrator, or changes the one of this name (in any case); what is left out stays. Rejects with `invalid_input` (also for a
   * permission that the role does not bear), or with
   * `in_use` when nobody would be left who may do everything and can sign in while the console can be reached from elsewhere.
   */
  save(input: AdminInput, by: Change): Promise<Admin>;
  /** Rejects with `not_found`, or `in_use` as `save` does. Resolves with what it was. */
  delete(name: string, by: Change): Promise<Admin>;
  /** Switches his second factor off. Rejects with `not_found`. */
  removeSecondFactor(name: string, by: Change): Promise<Admin>;
  /** In the order of their names. */
  list(): Admin[];
  get(name: string): Admin | undefined;
  byId(id: number): Admin | undefined;
  /** Called after each committed change. Returns the function that ends it. */
  onChange(listener: AdminListener): () => void;
};

type AdminListener = (admin: Admin, change: AdminChange, by: Change) => void;

export type AdminServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly twoFactor: Pick<TwoFactor, 'isOn' | 'remove' | 'forget'>;
  /** Those of accounts; an administrator's password has 10 characters at least whatever they say. */
  readonly passwordRules?: () => PasswordRules;
  /** Whether the console can be reached from other machines, where nobody opens it by a link. */
  readonly isReachable: () => boolean;
};

const LEAST_LENGTH = 10;

export function createAdmins(services: AdminServices): Admins {
  const { store, events, clock, passwords, twoFactor, isReachable } = services;
  const table = store.tables.admins;
  const listeners = new Set<AdminListener>();
  /** One change at a time, so that two of them together do not remove the last one. */
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  function toAdmin({ passwordHash, createdAt, ...row }: AdminRow): Admin {
    return {
      ...row,
      permissions: knownPermissions(row),
      hasPassword: passwordHash !== null,
      hasSecondFactor: twoFactor.isOn({ kind: 'admin', id: row.id }),
      createdAt: isoTime(createdAt),
    };
  }

  function tell(admin: Admin, change: AdminChange, by: Change): Admin {
    for (const listener of listeners) listener(admin, change, by);
    return admin;
  }

  async function hashOf(password: string | null): Promise<string | null> {
    if (password === null) return null;
    const rules = services.passwordRules?.() ?? { minimumLength: 0, minimumBits: 0 };
    const problem = passwordProblem(password, { ...rules, minimumLength: Math.max(LEAST_LENGTH, rules.minimumLength) });
    if (problem !== undefined) throw new AppError('invalid_input', problem, { field: 'password' });
    return await passwords.hash(password);
  }

  /** `next`: what is to be of the administrator with this id; null: nothing. */
  function requireOneLeft(id: number, next: AdminValues | null): void {
    if (!isReachable() || hasFullAdmin(store, { id, next })) return;
    throw new AppError(
      'in_use',
      'This is the last administrator who may do everything and can sign in with a password. Make another one first, or let the console be reached from this machine only.',
      { field: 'name' },
    );
  }

  async function save(given: AdminInput, by: Change): Promise<Admin> {
    const { password, ...input } = adminInputSchema.parse(given);
    const before = table.byName(input.name);
    const passwordHash = password === undefined ? (before?.passwordHash ?? null) : await hashOf(password);
    const role = requireRole(store, input.role === undefined ? (before?.role ?? null) : input.role);
    const values: AdminValues = {
      name: before?.name ?? input.name,
      description: input.description ?? before?.description ?? '',
      email: input.email ?? before?.email ?? '',
      permissions: withStatus(requireWithin(role, input.permissions ?? before?.permissions ?? permissionsWithin(role, API_PERMISSIONS))),
      role,
      enabled: input.enabled ?? before?.enabled ?? true,
      passwordHash,
    };
    if (before !== undefined && isFull(before)) requireOneLeft(before.id, values);
    const row = await saveRecord(events, 'admin', values, before, by, (id) => {
      if (id === null) table.insert(values, clock.now());
      else table.update(id, values);
      return requireRecord(table.byName(values.name), 'admin');
    });
    return tell(toAdmin(row), !row.enabled ? 'locked' : password === undefined ? 'saved' : 'password', by);
  }

  async function remove(name: string, by: Change): Promise<Admin> {
    const row = requireRecord(table.byName(name), 'admin');
    if (isFull(row)) requireOneLeft(row.id, null);
    const admin = toAdmin(row);
    await deleteRecord(events, 'admin', row, by, () => {
      table.remove(row.id);
      store.tables.preferences.removeAll(row.id);
    });
    twoFactor.forget({ kind: 'admin', id: row.id });
    return tell(admin, 'locked', by);
  }

  return {
    save: (input, by) => inTurn(() => save(input, by)),
    delete: (name, by) => inTurn(() => remove(name, by)),
    async removeSecondFactor(name, by) {
      const row = requireRecord(table.byName(name), 'admin');
      await twoFactor.remove({ kind: 'admin', id: row.id, name: row.name }, by);
      return tell(toAdmin(row), 'saved', by);
    },
    list: () => table.all().map(toAdmin),
    get(name) {
      const row = table.byName(name);
      return row === undefined ? undefined : toAdmin(row);
    },
    byId(id) {
      const row = table.byId(id);
      return row === undefined ? undefined : toAdmin(row);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * Whether somebody may do everything and can sign in with a password: who lets the console be reached from elsewhere needs one. `but` looks
 * at things as they would be after a change.
 */
export function hasFullAdmin(store: Store, but?: { readonly id: number; readonly next: AdminValues | null }): boolean {
  return store.tables.admins.all().some((row) => {
    const values = row.id === but?.id ? but.next : row;
    return values !== null && isFull(values);
  });
}

function isFull(values: AdminValues): boolean {
  return values.enabled && values.passwordHash !== null && knownPermissions(values).length === API_PERMISSIONS.length;
}

/** Permissions of a newer program are left out: nobody here could honour them. So are those that a role does not bear. */
function knownPermissions({ permissions, role }: Pick<AdminValues, 'permissions' | 'role'>): ApiPermission[] {
  const known = API_PERMISSIONS.filter((permission) => permissions.includes(permission));
  return permissionsWithin(role, known);
}

/** Without it not even the console would open. */
function withStatus(permissions: readonly string[]): ApiPermission[] {
  return API_PERMISSIONS.filter((name) => name === 'status' || permissions.includes(name));
}

/** Throws `invalid_input` on `permissions` for one that decides over more than the accounts of a role. */
function requireWithin(role: string | null, permissions: readonly string[]): readonly string[] {
  const beyond = API_PERMISSIONS.find((name) => permissions.includes(name) && permissionsWithin(role, [name]).length === 0);
  if (beyond === undefined) return permissions;
  throw new AppError('invalid_input', `With a role the permission ${beyond} cannot be given: it reaches beyond the role. Take it out.`, {
    field: 'permissions',
  });
}

/** An administrator as who did something in the log: numbered downwards from -1, so that nobody takes him for the account of that number. */
export function adminActor({ id, name }: Pick<Admin, 'id' | 'name'>): Pick<Actor, 'userId' | 'userName'> {
  return { userId: -id, userName: name };
}
