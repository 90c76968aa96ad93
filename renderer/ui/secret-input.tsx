import { Check, Copy, Eye, EyeOff } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { uiText } from '../text/ui.ts';
import { IconButton } from './icon-button.tsx';
import { TextInput, type TextInputProps } from './text-input.tsx';
import { useCopy } from './use-copy.ts';

export type SecretInputProps = Pick<
  TextInputProps,
  'value' | 'onChange' | 'onBlur' | 'name' | 'disabled' | 'readOnly' | 'aria-label' | 'autoFocus'
> & {
  /** What it is, for the buttons' names. Default *secret*. */
  readonly what?: string | undefined;
  /** A secret is stored that nobody can read back; an empty field keeps it. */
  readonly stored?: boolean | undefined;
  /** `new-password` offers the browser's keeper to remember it. Default `off`. */
  readonly autoComplete?: 'off' | 'new-password' | 'current-password' | undefined;
};

/** A secret: hidden until asked for, with reveal and copy; one that is only typed to prove who one is has no copy. */
export function SecretInput({ value, what = 'secret', stored = false, ...rest }: SecretInputProps): ReactElement {
  const [shown, setShown] = useState(false);
  const { copied, copy } = useCopy();
  return (
    <TextInput
      {...rest}
      mono
      value={value}
      type={shown ? 'text' : 'password'}
      placeholder={stored ? uiText.storedSecret : undefined}
      after={
        value !== '' && (
          <>
            <IconButton
              small
              icon={shown ? EyeOff : Eye}
              name={shown ? uiText.hideSecret(what) : uiText.showSecret(what)}
              onClick={() => setShown(!shown)}
            />
            {rest.autoComplete !== 'current-password' && (
              <IconButton
                small
                icon={copied ? Check : Copy}
                name={copied ? uiText.copied : uiText.copyName(what)}
                onClick={() => copy(value)}
              />
            )}
          </>
        )
      }
    />
  );
}
