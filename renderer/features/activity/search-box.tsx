import { type ReactElement, type RefObject, useEffect, useState } from 'react';
import { activityText } from '../../text/activity.ts';
import { Notice, SearchInput } from '../../ui/index.ts';
import type { TimelineQuery } from './query.ts';
import { type Names, parseSearch } from './search-words.ts';

const SETTLE_MS = 400;

export type SearchBoxProps = {
  readonly query: TimelineQuery;
  readonly names: Names;
  readonly onChange: (query: TimelineQuery) => void;
  readonly input: RefObject<HTMLInputElement | null>;
};

/** Search words: plain ones hold when typing rests, tokens become chips with Enter. What cannot be understood stays in the field. */
export function SearchBox({ query, names, onChange, input }: SearchBoxProps): ReactElement {
  const [typed, setTyped] = useState(query.words);
  const [shown, setShown] = useState(query.words);
  const [problems, setProblems] = useState<readonly string[]>([]);
  // The address changed by other ways, such as a saved view or the way back.
  if (shown !== query.words) {
    setShown(query.words);
    if (parseSearch(typed, names).words !== query.words) setTyped(query.words);
  }

  function take(): void {
    const reading = parseSearch(typed, names);
    setProblems(reading.problems);
    if (reading.problems.length > 0) return;
    setTyped(reading.words);
    onChange({ ...query, ...reading.filters, words: reading.words });
  }

  useEffect(() => {
    if (typed === query.words || typed.includes(':')) return undefined;
    const timer = setTimeout(() => onChange({ ...query, words: typed.trim() }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, query, onChange]);

  return (
    <div className="flex min-w-64 flex-1 flex-col gap-2 @lg:max-w-80">
      <SearchInput
        ref={input}
        label={activityText.search.label}
        placeholder={activityText.search.placeholder}
        value={typed}
        onChange={(next) => {
          setTyped(next);
          setProblems([]);
        }}
        onSubmit={take}
      />
      {problems.length > 0 && (
        <Notice kind="warning" title={activityText.search.problems} live>
          {problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
        </Notice>
      )}
    </div>
  );
}
