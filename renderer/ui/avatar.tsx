import type { ReactElement } from 'react';
import { classes } from './classes.ts';
import { initials } from './initials.ts';

/** None of them means a state, and none stands out. */
const GROUNDS = ['bg-initials-1', 'bg-initials-2', 'bg-initials-3', 'bg-initials-4', 'bg-initials-5'] as const;

/** A partner's initials, always on the same ground. The name stands beside it, so screen readers pass over it. */
export function Avatar({ name, large = false }: { readonly name: string; readonly large?: boolean | undefined }): ReactElement {
  const sum = Array.from(name).reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return (
    <span
      aria-hidden
      className={classes(
        'inline-flex shrink-0 items-center justify-center rounded-full font-semibold text-text select-none forced-colors:border',
        large ? 'size-10 text-base' : 'size-6 text-[0.625rem]',
        GROUNDS[sum % GROUNDS.length],
      )}
    >
      {initials(name)}
    </span>
  );
}
