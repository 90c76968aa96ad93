import { Plus, Workflow } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useLocation } from 'wouter';
import { LookOnly } from '../../forms/changeable.tsx';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { flowsText } from '../../text/flows.ts';
import { rulesText } from '../../text/rules.ts';
import { EmptyState, ErrorState, Link, PageHeader, Skeleton } from '../../ui/index.ts';
import { RuleTable } from './rule-table.tsx';
import { TemplateList } from './template-list.tsx';
import { FIRST_TEMPLATES } from './templates.ts';

/** Everything that happens by itself, in its order. */
export function RulesPage(): ReactElement {
  const [, navigate] = useLocation();
  const rules = useQuery('rules.list', {});
  const mayWrite = useRights().calls('rules.save');
  if (rules.data === undefined) {
    return (
      <Page>
        <PageHeader title={rulesText.title} />
        {rules.error === undefined ? (
          <Skeleton rows={6} shape="row" />
        ) : (
          <ErrorState title={rulesText.cannotRead} error={rules.error} effect={rulesText.effect} onRetry={rules.reload} />
        )}
      </Page>
    );
  }
  if (rules.data.length === 0 && mayWrite) {
    return (
      <Page>
        <PageHeader title={rulesText.title} />
        <div className="mx-auto flex w-full max-w-form flex-col items-center gap-4">
          <EmptyState
            icon={Workflow}
            title={rulesText.empty}
            action={
              <Link href={routes.newRule()} button="primary">
                {rulesText.fromScratch}
              </Link>
            }
          >
            {rulesText.emptyBody}
          </EmptyState>
          <h2 className="self-start font-semibold">{rulesText.startFrom}</h2>
          <TemplateList
            label={rulesText.startFrom}
            ids={FIRST_TEMPLATES}
            onChoose={(id) => navigate(`${routes.newRule()}?template=${id}`)}
          />
        </div>
      </Page>
    );
  }
  return (
    <Page>
      <PageHeader
        title={rulesText.title}
        sentence={rulesText.count(rules.data.length, rules.data.filter(({ enabled, pausedAt }) => enabled && pausedAt === null).length)}
        action={
          <span className="flex flex-wrap gap-2">
            <Link href={routes.flows()} button="secondary">
              {flowsText.title}
            </Link>
            {mayWrite && (
              <Link href={routes.newRule()} button="primary">
                <Plus aria-hidden className="size-4" />
                {rulesText.create}
              </Link>
            )}
          </span>
        }
      />
      <LookOnly by="rules.save" />
      <RuleTable rules={rules.data} />
    </Page>
  );
}

function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">{children}</div>;
}
