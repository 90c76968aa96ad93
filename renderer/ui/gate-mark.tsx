import type { ReactElement } from 'react';

/** The mark: an arched gate with a keyhole, in the colour of the text around it; 20 pixels unless `className` says otherwise. */
export function GateMark({ className = 'size-5' }: { readonly className?: string | undefined }): ReactElement {
  return (
    <svg aria-hidden viewBox="0 0 16 16" fill="currentColor" className={`shrink-0 ${className}`}>
      <path fillRule="evenodd" d={GATE} />
    </svg>
  );
}

/** The same shape as look/mark.svg. */
const GATE = 'M2 15V7.5a6 6 0 0 1 12 0V15H2Zm6-9a1.75 1.75 0 0 0-.9 3.25L6.5 12.5h3l-.6-3.25A1.75 1.75 0 0 0 8 6Z';
