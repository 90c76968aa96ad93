import { Search, X } from 'lucide-react';
import type { ReactElement, Ref } from 'react';
import { uiText } from '../text/ui.ts';
import { IconButton } from './icon-button.tsx';
import { TextInput } from './text-input.tsx';

export type SearchInputProps = {
  /** What is searched, as its name and placeholder: *Search partners*. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Enter. */
  readonly onSubmit?: (() => void) | undefined;
  readonly placeholder?: string | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
};

export function SearchInput({ label, value, onChange, onSubmit, placeholder = label, ref }: SearchInputProps): ReactElement {
  return (
    <div role="search" className="w-full max-w-80 min-w-40">
      <TextInput
        ref={ref}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        onChange={onChange}
        before={<Search aria-hidden className="size-4" />}
        after={value !== '' && <IconButton small icon={X} name={uiText.clearSearch} onClick={() => onChange('')} />}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onSubmit?.();
          if (event.key === 'Escape' && value !== '') {
            event.preventDefault();
            onChange('');
          }
        }}
      />
    </div>
  );
}
