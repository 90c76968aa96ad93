import type { ReactElement } from 'react';
import { useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { homeText } from '../../text/home.ts';
import { Link, Skeleton, Status } from '../../ui/index.ts';
import { attentionItems } from './attention-items.ts';
import { Section } from './section.tsx';
import { useNow } from './use-now.ts';

export function Attention(): ReactElement {
  const status = useLive((live) => live.status);
  const rules = useQuery('rules.list', {}).data;
  const summary = useQuery('rules.summary', {}).data;
  const accounts = useQuery('accounts.list', {}).data;
  const certificate = useQuery('certificate.get', {}).data;
  const blocked = useQuery('defender.list', {}).data?.blocked;
  const items = attentionItems({ status, rules, summary, accounts, certificate, blocked }, useNow());
  return (
    <Section title={homeText.attention}>
      {status === undefined ? (
        <Skeleton rows={1} />
      ) : items.length === 0 ? (
        <Status kind="ok">{homeText.nothing}</Status>
      ) : (
        <ul className="divide-y divide-line rounded-panel border border-line bg-surface">
          {items.map(({ id, kind, message, action, href }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
              <Status kind={kind} />
              <span className="min-w-48 flex-1">{message}</span>
              <Link href={href}>{action}</Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
