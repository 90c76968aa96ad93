import type { ReactElement } from 'react';
import type { Json } from '../../../engine/contract/event.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { KeyValues } from '../../ui/index.ts';
import { textOf } from './trace-text.ts';
import { words } from './words.ts';

/** Longer or many-lined texts stand as a block of their own. */
const MOST_INLINE = 80;

/** What an action was given or gave back: short values as a list, long ones as blocks, empty ones not at all. */
export function TraceValues({ values }: { readonly values: Readonly<Record<string, Json>> | null }): ReactElement {
  const shown = Object.entries(values ?? {})
    .map(([key, value]) => [titleOf(key), textOf(value)] as const)
    .filter(([, text]) => text !== '');
  if (shown.length === 0) return <p className="text-sm text-muted">{ruleRunText.none}</p>;
  const isLong = (text: string): boolean => text.length > MOST_INLINE || text.includes('\n');
  const short = shown.filter(([, text]) => !isLong(text));
  return (
    <div className="flex flex-col gap-3">
      {short.length > 0 && <KeyValues items={short.map(([key, value]) => ({ key, value, mono: true }))} />}
      {shown
        .filter(([, text]) => isLong(text))
        .map(([key, text]) => (
          <figure key={key} className="flex flex-col gap-1">
            <figcaption className="text-sm text-muted">{key}</figcaption>
            <pre
              tabIndex={0}
              role="region"
              aria-label={key}
              className="max-h-60 overflow-auto rounded-control bg-sunken p-2 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]"
            >
              {text}
            </pre>
          </figure>
        ))}
    </div>
  );
}

function titleOf(key: string): string {
  return ruleRunText.detail[key] ?? words(key);
}
