import { ArrowLeft, EllipsisVertical, UserX } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { Account } from '../../../engine/contract/account.ts';
import { Changeable, LookOnly } from '../../forms/changeable.tsx';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { partnersText } from '../../text/partners.ts';
import { EmptyState, ErrorState, IconButton, Link, Menu, PageHeader, Skeleton, Status, Tabs } from '../../ui/index.ts';
import { ActivityTab } from './activity-tab.tsx';
import { ConnectionSheet } from './connection-sheet.tsx';
import { DeletePartner } from './delete-partner.tsx';
import { FoldersTab } from './folders-tab.tsx';
import { LimitsTab } from './limits-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { partnerName, partnerState } from './partner-state.ts';
import { SignInTab } from './sign-in-tab.tsx';

const TABS = ['overview', 'sign-in', 'folders', 'limits', 'sheet', 'activity'] as const;
type TabName = (typeof TABS)[number];

const changeable = (tab: ReactElement): ReactElement => <Changeable by="accounts.save">{tab}</Changeable>;

/** One partner, in its parts. */
export function PartnerPage(): ReactElement {
  const { username = '', tab } = useParams();
  const name = decodeURIComponent(username);
  const accounts = useQuery('accounts.list', {});
  const account = accounts.data?.find((known) => known.username === name);
  if (account !== undefined)
    return <Partner key={account.username} account={account} tab={TABS.find((known) => known === tab) ?? 'overview'} />;
  return (
    <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6">
      <PageHeader title={partnersText.title} />
      {accounts.data !== undefined ? (
        <EmptyState icon={UserX} title={partnersText.notFound} action={<Link href={routes.partners()}>{partnersText.back}</Link>}>
          {partnersText.notFoundBody}
        </EmptyState>
      ) : accounts.error === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <ErrorState title={partnersText.cannotRead} error={accounts.error} effect={partnersText.effect} onRetry={accounts.reload} />
      )}
    </div>
  );
}

function Partner({ account, tab }: { readonly account: Account; readonly tab: TabName }): ReactElement {
  const [, navigate] = useLocation();
  const [removing, setRemoving] = useState(false);
  const [now] = useState(() => Date.now());
  const { calls } = useRights();
  const overview = useQuery('accounts.overview', {}).data?.find(({ username }) => username === account.username);
  const { kind, word } = partnerState(account, overview?.online ?? false, now);
  const contents: Readonly<Record<TabName, ReactElement>> = {
    overview: changeable(<OverviewTab account={account} lately={overview} now={now} />),
    'sign-in': changeable(<SignInTab account={account} />),
    folders: changeable(<FoldersTab account={account} />),
    limits: changeable(<LimitsTab account={account} />),
    sheet: <ConnectionSheet account={account} />,
    activity: <ActivityTab account={account} />,
  };
  return (
    <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4 print:p-0">
      <div className="print:hidden">
        <PageHeader
          back={
            <Link href={routes.partners()} quiet>
              <ArrowLeft aria-hidden className="inline size-4" /> {partnersText.back}
            </Link>
          }
          title={partnerName(account)}
          state={<Status kind={kind}>{word}</Status>}
          action={
            calls('accounts.save') && (
              <Menu
                align="end"
                trigger={<IconButton icon={EllipsisVertical} name={partnersText.open} />}
                entries={[
                  {
                    label: partnersText.duplicate,
                    onSelect: () => navigate(`${routes.newPartner()}?like=${encodeURIComponent(account.username)}`),
                  },
                  'separator',
                  { label: partnersText.remove, danger: true, onSelect: () => setRemoving(true) },
                ]}
              />
            )
          }
        />
      </div>
      <LookOnly by="accounts.save" />
      <Tabs
        label={partnersText.tabsLabel}
        value={tab}
        onChange={(next) => navigate(routes.partner(account.username, next))}
        tabs={TABS.map((value) => ({ value, label: partnersText.tabs[value], content: contents[value] }))}
      />
      <DeletePartner
        account={removing ? account : undefined}
        onClose={() => setRemoving(false)}
        onDeleted={() => navigate(routes.partners())}
      />
    </div>
  );
}
