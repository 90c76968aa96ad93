import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { FlowInput } from '../contract/flow.ts';
import type { Conditions, Pattern } from '../contract/rule.ts';

/** Whose flow it is: a user's or a group's. */
export type FlowOwner = NonNullable<FlowInput['owner']>;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The owner in the words of a message. */
export function ownerWords(owner: FlowOwner): string {
  return 'user' in owner ? owner.user : `the group ${owner.group}`;
}

/** Whether a flow of `other` may call one of `owner`. */
export function isSameOwner(owner: FlowOwner, other: FlowOwner | undefined): boolean {
  if (other === undefined) return false;
  if ('user' in owner) return 'user' in other && same(owner.user, other.user);
  return 'group' in other && same(owner.group, other.group);
}

/** Whether a rule with these conditions acts for nobody but the owner. */
export function isRestrictedTo(owner: FlowOwner, { match, users, userGroups }: Conditions): boolean {
  if (match !== 'all') return false;
  return 'user' in owner ? isOnly(users, owner.user) : isOnly(userGroups, owner.group);
}

function isOnly(list: readonly Pattern[], name: string): boolean {
  const [first, ...others] = list;
  return first?.inverse === false && same(first.pattern, name) && others.length === 0;
}

/** Throws `invalid_input` where a flow is to act for somebody who is not its owner; null stands for nobody. */
export function requireOwner(owner: FlowOwner | undefined, account: Pick<Account, 'username' | 'groups'> | null): void {
  if (owner === undefined || account === null) return;
  const isOwner = 'user' in owner ? same(owner.user, account.username) : account.groups.some(({ name }) => same(name, owner.group));
  if (!isOwner) {
    throw new AppError('invalid_input', `This flow belongs to ${ownerWords(owner)} and acts for nobody else.`, { field: 'username' });
  }
}
