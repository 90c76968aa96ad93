import type { ReactElement } from 'react';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { rulesText } from '../../text/rules.ts';
import { Link, Skeleton, Time } from '../../ui/index.ts';
import { RunStatus } from './run-state.tsx';

const SHOWN = 8;

/** The newest runs of a rule, or of a flow by itself. */
export function LastRuns(of: { readonly ruleId: number } | { readonly flowId: number }): ReactElement {
  const runs = useQuery('runs.list', { ...of, limit: SHOWN });
  return (
    <section aria-label={rulesText.lastRuns} className="flex flex-col gap-2">
      <h2 className="font-semibold">{rulesText.lastRuns}</h2>
      {runs.data === undefined ? (
        runs.error === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <p className="text-sm text-muted">{runs.error.message}</p>
        )
      ) : runs.data.length === 0 ? (
        <p className="text-sm text-muted">{rulesText.noRuns}</p>
      ) : (
        <ul className="flex flex-col text-sm">
          {runs.data.map(({ id, createdAt, state }) => (
            <li key={id} className="flex min-h-7 items-center justify-between gap-3">
              <Link quiet href={routes.run(id)}>
                <Time at={createdAt} show="date-time" />
              </Link>
              <RunStatus state={state} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
