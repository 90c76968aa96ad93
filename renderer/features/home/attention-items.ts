import type { Account } from '../../../engine/contract/account.ts';
import type { Ban } from '../../../engine/contract/defence.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { problemRoute, routes } from '../../routes.ts';
import { defenceText } from '../../text/defence.ts';
import { formatBytes, formatPercent } from '../../text/format.ts';
import { homeText } from '../../text/home.ts';
import type { StatusKind } from '../../ui/index.ts';

/** One thing that needs a person, with the one action that leads to its remedy. */
export type AttentionItem = {
  readonly id: string;
  readonly kind: StatusKind;
  readonly message: string;
  readonly action: string;
  readonly href: string;
};

const DAY_MS = 86_400_000;
const ACCOUNT_WARNING_DAYS = 14;
const CERTIFICATE_WARNING_DAYS = 30;
/** More blocked addresses are counted. */
const LISTED_BANS = 3;
const QUOTA_WARNING_SHARE = 0.8;
/** Below this share, or this many bytes, of the disk. */
const DISK_WARNING = { share: 0.05, bytes: 5e9 };

/** What *Needs attention* lists, worst first; parts that are not known yet are left out. `now` in ms since the epoch. */
export function attentionItems(
  known: {
    readonly status: Output<'server.status'> | undefined;
    readonly rules: Output<'rules.list'> | undefined;
    readonly summary: Output<'rules.summary'> | undefined;
    readonly accounts: readonly Account[] | undefined;
    readonly certificate: Output<'certificate.get'> | undefined;
    readonly blocked: readonly Ban[] | undefined;
  },
  now: number,
): AttentionItem[] {
  const { status, rules = [], summary = [], accounts = [], certificate, blocked = [] } = known;
  const items: AttentionItem[] = [
    ...(status?.problems ?? []).map(
      ({ id, message }): AttentionItem => ({ id, kind: 'failure', message, action: homeText.open, href: problemRoute(id) }),
    ),
    ...summary.flatMap(({ ruleId, failed7Days, lastRun }): AttentionItem[] => {
      const rule = rules.find(({ id }) => id === ruleId);
      // A rule whose last run went well has recovered.
      if (rule === undefined || failed7Days === 0 || (lastRun !== null && lastRun.state === 'done')) return [];
      return [
        {
          id: `rule-${ruleId}`,
          kind: 'failure',
          message: homeText.ruleFailed(rule.name, failed7Days),
          action: homeText.showRun,
          href: lastRun === null ? routes.rule(ruleId) : routes.run(lastRun.id),
        },
      ];
    }),
    ...banItems(blocked, now),
    ...accounts.filter(({ enabled }) => enabled).flatMap((account) => accountItems(account, now)),
  ];
  const disk = status?.disk ?? null;
  if (disk !== null && (disk.freeBytes < disk.totalBytes * DISK_WARNING.share || disk.freeBytes < DISK_WARNING.bytes))
    items.push({
      id: 'disk-low',
      kind: 'warning',
      message: homeText.diskLow(formatBytes(disk.freeBytes)),
      action: homeText.showStorage,
      href: routes.settings('storage'),
    });
  if (
    certificate !== undefined &&
    status?.listeners.ftp.state === 'listening' &&
    daysUntil(certificate.validTo, now) <= CERTIFICATE_WARNING_DAYS
  )
    items.push({
      id: 'certificate',
      kind: 'warning',
      message: homeText.certificateEnds(inWords(certificate.validTo, now)),
      action: homeText.renew,
      href: routes.settings('security'),
    });
  return items.toSorted((one, other) => Number(one.kind !== 'failure') - Number(other.kind !== 'failure'));
}

/** A person who blocked an address knows of it. Many blocks, as in a wave of attacks, are one line. */
function banItems(blocked: readonly Ban[], now: number): AttentionItem[] {
  const byDefender = blocked.filter(({ by }) => by === 'defender');
  const more = { kind: 'notice', action: defenceText.showBlocked, href: routes.settings('security') } as const;
  if (byDefender.length > LISTED_BANS) return [{ ...more, id: 'bans', message: defenceText.attentionMany(byDefender.length) }];
  return byDefender.map(({ network, logins, until }) => ({
    ...more,
    id: `ban-${network}`,
    message: defenceText.attention(network, logins, defenceText.left(until, now)),
  }));
}

function accountItems(account: Account, now: number): AttentionItem[] {
  const name = account.displayName === '' ? account.username : account.displayName;
  const href = routes.partner(account.username);
  const items: AttentionItem[] = [];
  if (account.expiresAt !== null && daysUntil(account.expiresAt, now) <= ACCOUNT_WARNING_DAYS) {
    const ended = Date.parse(account.expiresAt) <= now;
    items.push({
      id: `expiry-${account.username}`,
      kind: 'warning',
      message: ended ? homeText.accountEnded(name) : homeText.accountEnds(name, inWords(account.expiresAt, now)),
      action: homeText.changeAccount,
      href,
    });
  }
  if (account.quotaBytes > 0 && account.usedBytes >= account.quotaBytes * QUOTA_WARNING_SHARE)
    items.push({
      id: `quota-${account.username}`,
      kind: 'warning',
      message: homeText.quota(name, formatPercent(account.usedBytes / account.quotaBytes)),
      action: homeText.showPartner,
      href,
    });
  return items;
}

function daysUntil(iso: string, now: number): number {
  return (Date.parse(iso) - now) / DAY_MS;
}

function inWords(iso: string, now: number): string {
  const days = Math.floor(daysUntil(iso, now));
  if (days <= 0) return homeText.ends.today;
  return days === 1 ? homeText.ends.tomorrow : homeText.ends.inDays(days);
}
