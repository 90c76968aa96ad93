import { SearchX } from 'lucide-react';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Button } from '../../ui/index.ts';
import { type FilterChip, filterChips } from './chips.ts';
import { listHref } from './links.ts';
import { type TimelineQuery, toFilter } from './query.ts';
import { useNames } from './use-names.ts';

const text = activityText.noHits;

/** Nothing fits: says of each filter what there would be without it. */
export function NoHits({ query, now }: { readonly query: TimelineQuery; readonly now: number }): ReactElement {
  const chips = filterChips(query, useNames());
  return (
    <div className="flex max-w-form flex-col gap-4 px-6 py-8 max-sm:px-4">
      <div className="flex items-start gap-3">
        <SearchX aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
        <div>
          <p className="font-medium">{text.title}</p>
          <p className="text-muted">{text.body}</p>
        </div>
      </div>
      <ul className="divide-y divide-line rounded-panel border border-line bg-surface">
        {chips.map((chip) => (
          <Without key={chip.id} chip={chip} now={now} />
        ))}
      </ul>
    </div>
  );
}

function Without({ chip, now }: { readonly chip: FilterChip; readonly now: number }): ReactElement {
  const [, navigate] = useLocation();
  const { data } = useQuery('activity.count', toFilter(chip.without, now));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2">
      <span className="min-w-48 flex-1 break-words">{text.without(chip.name, chip.value)}</span>
      <span className="text-muted">
        {data === undefined ? text.counting : data.count === 0 && !data.partial ? text.nothing : text.events(data.count, data.partial)}
      </span>
      <Button small aria-label={text.dropName(chip.name, chip.value)} onClick={() => navigate(listHref(chip.without))}>
        {text.drop}
      </Button>
    </li>
  );
}
