import type { ReactElement } from 'react';
import { findAction } from '../../../engine/actions/catalog.ts';
import type { Json } from '../../../engine/contract/event.ts';
import { fieldTitle } from '../../forms/schema-fields.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { KeyValues } from '../../ui/index.ts';
import { textOf } from './trace-text.ts';
import { words } from './words.ts';

/** Longer or many-lined texts stand as a block of their own. */
const MOST_INLINE = 80;

type TraceValuesProps = {
  readonly values: Readonly<Record<string, Json>> | null;
  /** Whose settings these are: they are named as in its form. Left out for what came back. */
  readonly action?: string | undefined;
};

/** What an action was given or gave back: short values as a list, long ones as blocks; empty ones and switches that are off not at all. */
export function TraceValues({ values, action }: TraceValuesProps): ReactElement {
  const titleOf = (key: string): string => {
    if (action === undefined) return ruleRunText.detail[key] ?? words(key);
    const config = findAction(action)?.config;
    return config !== undefined && key in config.shape ? fieldTitle(config, key) : words(key);
  };
  const shown = Object.entries(values ?? {})
    .filter(([, value]) => action === undefined || value !== false)
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
