import { AppError } from '../../contract/errors.ts';
import { readAdminRecord, readUserRecord, type ReadRecord } from '../../contract/identity-record.ts';
import { ActionFailure, type Detail, type Runner } from '../runner.ts';
import type { identityCheck } from './definition.ts';

/** Resolves with the name and what was done: created, updated, or left as it is. */
export const runIdentityCheck: Runner<typeof identityCheck> = async ({ config }, { identity, upkeep }) => {
  if (identity === null)
    throw new AppError('action_failed', 'This acts on whoever signs in with the identity provider, and nobody does in this run.');
  const { login, name } = identity;
  const isAdmin = login === 'admin';
  const text = isAdmin ? config.admin : config.user;
  const shown = { login, name };
  if (text.trim() === '') return { ...shown, result: 'left as it is' };
  if (config.mode === 'create only' && (isAdmin ? upkeep.hasAdmin(name) : upkeep.hasAccount(name)))
    return { ...shown, result: 'left as it is' };
  const result = isAdmin
    ? await upkeep.saveAdmin(valueOf(readAdminRecord(text, name), shown))
    : await upkeep.saveAccount(valueOf(readUserRecord(text, name), shown));
  return { ...shown, result };
};

function valueOf<T>(record: ReadRecord<T>, shown: Detail): T {
  if (record.ok) return record.value;
  throw new ActionFailure(`The record cannot be used: ${record.field === '' ? '' : `${record.field}: `}${record.message}`, shown);
}
