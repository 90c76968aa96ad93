import { Braces } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Completion } from '../../engine/templates/index.ts';
import { formsText } from '../text/forms.ts';
import { uiText } from '../text/ui.ts';
import { IconButton, Popover, SearchInput } from '../ui/index.ts';
import { findPlaceholders } from './template-completion.ts';

/** A button that offers the values of an event, each with its sentence and a sample, and tells which one was chosen. */
export function PlaceholderPicker({ onPick }: { readonly onPick: (placeholder: Completion) => void }): ReactElement {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const found = findPlaceholders(search);
  return (
    <Popover
      align="end"
      title={formsText.insertPlaceholder}
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton small icon={Braces} name={formsText.insertPlaceholder} />}
    >
      <SearchInput label={formsText.findPlaceholder} value={search} onChange={setSearch} />
      <ul className="-mx-2 flex max-h-72 flex-col overflow-y-auto">
        {found.map((placeholder) => (
          <li key={placeholder.label}>
            <button
              type="button"
              className="flex w-full flex-col gap-0.5 rounded-control px-2 py-1.5 text-start hover:bg-hover"
              onClick={() => {
                setOpen(false);
                setSearch('');
                onPick(placeholder);
              }}
            >
              <span className="font-mono text-sm">{placeholder.label}</span>
              <span className="text-xs text-muted">{placeholder.sentence}</span>
              {placeholder.sample !== '' && (
                <span className="max-w-full truncate text-xs text-muted">{formsText.sample(placeholder.sample)}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="text-sm text-muted">{uiText.noMatch}</p>}
    </Popover>
  );
}
