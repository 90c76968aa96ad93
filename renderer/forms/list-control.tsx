import { CircleAlert, Plus, X } from 'lucide-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import { formsText } from '../text/forms.ts';
import { uiText } from '../text/ui.ts';
import { classes } from '../ui/classes.ts';
import { Button, IconButton } from '../ui/index.ts';

type ListControlProps = {
  readonly title: string;
  readonly help?: string | undefined;
  readonly path: string;
  readonly error: string | undefined;
  readonly items: readonly unknown[];
  readonly onChange: (items: readonly unknown[]) => void;
  /** Each item has several fields: a line at their side holds them together. */
  readonly grouped: boolean;
  readonly makeItem: () => unknown;
  readonly renderItem: (item: unknown, index: number, change: (item: unknown) => void) => ReactNode;
};

/** Items that can be added and removed. Each keeps the state of its controls when one before it goes. */
export function ListControl({ title, help, path, error, items, onChange, grouped, makeItem, renderItem }: ListControlProps): ReactElement {
  const [keys, setKeys] = useState<{ readonly list: readonly number[]; readonly next: number }>({ list: [], next: 0 });
  const missing = items.length - keys.list.length;
  // Items that came from outside get keys, too.
  const list =
    missing > 0 ? [...keys.list, ...Array.from({ length: missing }, (_, index) => keys.next + index)] : keys.list.slice(0, items.length);
  if (missing !== 0) setKeys({ list, next: keys.next + Math.max(0, missing) });
  return (
    <fieldset data-field={path} className="flex min-w-0 flex-col gap-3">
      <legend className="mb-2 font-medium">{title}</legend>
      {items.map((item, index) => (
        <div key={list[index]} className="flex items-start gap-2">
          <div className={classes('flex min-w-0 flex-1 flex-col gap-4', grouped && 'border-s-2 border-line ps-4')}>
            {renderItem(item, index, (next) => onChange(items.map((other, at) => (at === index ? next : other))))}
          </div>
          <span className="pt-0.5">
            <IconButton
              icon={X}
              name={formsText.removeItem(title, index + 1)}
              onClick={() => {
                setKeys({ ...keys, list: list.filter((_, at) => at !== index) });
                onChange(items.filter((_, at) => at !== index));
              }}
            />
          </span>
        </div>
      ))}
      <div>
        <Button small icon={Plus} aria-label={formsText.addItem(title)} onClick={() => onChange([...items, makeItem()])}>
          {uiText.add}
        </Button>
      </div>
      {error !== undefined && (
        <p className="flex items-start gap-1.5 text-sm text-failure">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
      {help !== undefined && <p className="max-w-prose text-sm text-muted">{help}</p>}
    </fieldset>
  );
}
