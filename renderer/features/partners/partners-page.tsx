import { CirclePause, CirclePlay, Copy, KeyRound, Trash2, UserPlus, Users } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Account } from '../../../engine/contract/account.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { groupsText } from '../../text/groups.ts';
import { partnersText } from '../../text/partners.ts';
import {
  Avatar,
  Button,
  type Column,
  EmptyState,
  ErrorState,
  Link,
  Notice,
  PageHeader,
  type RowAction,
  SearchInput,
  showToast,
  Skeleton,
  Status,
  Table,
  Time,
  Toolbar,
} from '../../ui/index.ts';
import { DeletePartner } from './delete-partner.tsx';
import { partnerName, partnerState } from './partner-state.ts';

type Lately = Output<'accounts.overview'>[number];
type Row = { readonly account: Account; readonly lately: Lately | undefined };

const { columns: titles } = partnersText;

function makeColumns(now: number): readonly Column<Row>[] {
  return [
    {
      id: 'name',
      title: titles.name,
      sortBy: ({ account }) => partnerName(account).toLowerCase(),
      cell: ({ account }) => (
        <span className="flex items-center gap-2">
          <Avatar name={partnerName(account)} />
          {partnerName(account)}
        </span>
      ),
    },
    { id: 'user', title: titles.user, wideOnly: true, sortBy: ({ account }) => account.username, cell: ({ account }) => account.username },
    {
      id: 'seen',
      title: titles.seen,
      sortBy: ({ lately }) => lately?.lastSeenAt ?? null,
      cell: ({ lately }) =>
        (lately?.lastSeenAt ?? null) === null ? partnersText.never : <Time at={lately?.lastSeenAt ?? 0} show="relative" now={now} />,
    },
    {
      id: 'week',
      title: titles.week,
      wideOnly: true,
      sortBy: ({ lately }) => (lately?.filesIn7Days ?? 0) + (lately?.filesOut7Days ?? 0),
      cell: ({ lately }) => partnersText.inOut(lately?.filesIn7Days ?? 0, lately?.filesOut7Days ?? 0),
    },
    {
      id: 'state',
      title: titles.state,
      sortBy: ({ account, lately }) => partnerState(account, lately?.online ?? false, now).word,
      cell: ({ account, lately }) => {
        const { kind, word } = partnerState(account, lately?.online ?? false, now);
        return <Status kind={kind}>{word}</Status>;
      },
    },
  ];
}

/** Everybody who may sign in. */
export function PartnersPage(): ReactElement {
  const [, navigate] = useLocation();
  const [words, setWords] = useState('');
  const [removing, setRemoving] = useState<Account>();
  const [now] = useState(() => Date.now());
  const { role, calls } = useRights();
  const accounts = useQuery('accounts.list', {});
  const overview = useQuery('accounts.overview', {});
  const save = useCommand('accounts.save', ['accounts.']);
  const columns = useMemo(() => makeColumns(now), [now]);

  const rows = (accounts.data ?? []).map(
    (account): Row => ({ account, lately: overview.data?.find(({ username }) => username === account.username) }),
  );
  const fitting = rows.filter(({ account }) => fits(account, words));

  async function setEnabled(account: Account, enabled: boolean): Promise<void> {
    if ((await save.run({ username: account.username, enabled })) === undefined) return;
    showToast({ title: (enabled ? partnersText.resumed : partnersText.suspended)(partnerName(account)) });
  }

  const mayChange = calls('accounts.save');
  const actions = ({ account }: Row): RowAction[] =>
    !mayChange
      ? []
      : [
          {
            label: partnersText.duplicate,
            icon: Copy,
            onSelect: () => navigate(`${routes.newPartner()}?like=${encodeURIComponent(account.username)}`),
          },
          account.enabled
            ? { label: partnersText.suspend, icon: CirclePause, quick: true, onSelect: () => void setEnabled(account, false) }
            : { label: partnersText.resume, icon: CirclePlay, quick: true, onSelect: () => void setEnabled(account, true) },
          { label: partnersText.resetPassword, icon: KeyRound, onSelect: () => navigate(routes.partner(account.username, 'sign-in')) },
          'separator',
          { label: partnersText.remove, icon: Trash2, danger: true, onSelect: () => setRemoving(account) },
        ];

  return (
    <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">
      <PageHeader
        title={partnersText.title}
        sentence={rows.length === 0 ? undefined : partnersText.count(rows.length, rows.filter(({ lately }) => lately?.online).length)}
        action={
          rows.length === 0 || !mayChange ? undefined : (
            <Link href={routes.newPartner()} button="primary">
              <UserPlus aria-hidden className="size-4" />
              {partnersText.add}
            </Link>
          )
        }
      />
      {save.error !== undefined && (
        <Notice kind="failure" title={partnersText.failed} onDismiss={save.clearError}>
          {save.error.message}
        </Notice>
      )}
      {accounts.data === undefined ? (
        accounts.error === undefined ? (
          <Skeleton rows={6} shape="row" />
        ) : (
          <ErrorState title={partnersText.cannotRead} error={accounts.error} effect={partnersText.effect} onRetry={accounts.reload} />
        )
      ) : rows.length === 0 ? (
        <EmptyState
          icon={Users}
          title={partnersText.empty}
          action={
            <Link href={routes.newPartner()} button="primary">
              {partnersText.add}
            </Link>
          }
        >
          {partnersText.emptyBody}
        </EmptyState>
      ) : (
        <>
          <Toolbar label={partnersText.search}>
            <SearchInput label={partnersText.search} value={words} onChange={setWords} />
            {role === null && <Link href={routes.groups()}>{groupsText.open}</Link>}
          </Toolbar>
          {fitting.length === 0 ? (
            <EmptyState
              icon={Users}
              title={partnersText.noMatch(words)}
              action={<Button onClick={() => setWords('')}>{partnersText.clearSearch}</Button>}
            />
          ) : (
            <Table
              label={partnersText.title}
              rows={fitting}
              columns={columns}
              rowId={({ account }) => account.username}
              rowName={({ account }) => partnerName(account)}
              rowHref={({ account }) => routes.partner(account.username)}
              actions={actions}
              initialSort={{ column: 'name' }}
            />
          )}
        </>
      )}
      <DeletePartner account={removing} onClose={() => setRemoving(undefined)} />
    </div>
  );
}

function fits(account: Account, words: string): boolean {
  const text = [account.username, account.displayName, account.email, account.contact, account.notes].join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
