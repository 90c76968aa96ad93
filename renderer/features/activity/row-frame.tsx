import type { ReactElement, ReactNode } from 'react';
import { Link as RouteLink } from 'wouter';
import { Time } from '../../ui/index.ts';

export type RowFrameProps = {
  /** Where a press on the row leads. */
  readonly href: string;
  /** Its details are open. */
  readonly current: boolean;
  /** Before the picture: what unfolds the row. It comes after the link for keyboards, so that J and K reach the link first. */
  readonly toggle?: ReactNode;
  readonly picture: ReactNode;
  readonly sentence: ReactNode;
  /** Quieter, after the sentence. */
  readonly aside?: ReactNode;
  readonly bytes?: ReactNode;
  readonly duration?: ReactNode;
  readonly outcome: ReactNode;
  readonly at: string;
};

/** One line of the timeline: picture, sentence, bytes, duration, outcome, time. The figures give way where it is narrow. */
export function RowFrame({ href, current, toggle, picture, sentence, aside, bytes, duration, outcome, at }: RowFrameProps): ReactElement {
  return (
    <div
      className={`relative flex min-h-9 items-center gap-2 border-b border-line ps-4 pe-6 text-sm @max-md:ps-2 @max-md:pe-4 ${current ? 'bg-accent-soft forced-colors:outline' : 'hover:bg-hover'}`}
    >
      <span className="order-1 flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2 py-1.5">
        <RouteLink
          href={href}
          aria-current={current ? 'true' : undefined}
          className="min-w-0 break-words after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {sentence}
        </RouteLink>
        {aside !== undefined && <span className="min-w-0 break-words text-muted">{aside}</span>}
        <span className="flex w-full @md:hidden">{outcome}</span>
      </span>
      <span className="relative z-[1] flex w-6 shrink-0 justify-center">{toggle}</span>
      {picture}
      <span className="order-2 hidden w-20 shrink-0 text-end @2xl:block">{bytes}</span>
      <span className="order-2 hidden w-20 shrink-0 text-end @2xl:block">{duration}</span>
      <span className="order-2 hidden w-28 shrink-0 ps-4 @md:flex">{outcome}</span>
      <span className="order-2 w-16 shrink-0 @max-md:w-11 text-end text-muted">
        <Time at={at} />
      </span>
    </div>
  );
}
