import { ExternalLink } from 'lucide-react';
import type { ReactElement, ReactNode, Ref } from 'react';
import { Link as RouteLink } from 'wouter';
import { type ButtonKind, buttonClass } from './button.tsx';
import { classes } from './classes.ts';

export type LinkProps = {
  /** An address of renderer/routes.ts; one with a scheme opens outside of the console. */
  readonly href: string;
  readonly children: ReactNode;
  /** Looks like a button of this kind, for the one next step of an empty state or a page header. */
  readonly button?: ButtonKind | undefined;
  /** Without colour and line until hovered, for names in lists. */
  readonly quiet?: boolean | undefined;
  readonly onClick?: (() => void) | undefined;
  readonly ref?: Ref<HTMLAnchorElement> | undefined;
  readonly 'aria-label'?: string | undefined;
  readonly 'aria-current'?: 'page' | 'true' | undefined;
};

export function Link({ href, children, button, quiet = false, ...rest }: LinkProps): ReactElement {
  const look = button === undefined ? textLink(quiet) : buttonClass(button);
  return /^[a-z]+:/.test(href) ? (
    <a {...rest} href={href} target="_blank" rel="noreferrer" className={classes(look, 'inline-flex items-center gap-1')}>
      {children}
      <ExternalLink aria-hidden className="size-3.5" />
    </a>
  ) : (
    <RouteLink {...rest} href={href} className={look}>
      {children}
    </RouteLink>
  );
}

function textLink(quiet: boolean): string {
  return quiet
    ? 'rounded-sm text-text underline-offset-3 hover:underline'
    : 'rounded-sm text-link underline decoration-link/40 underline-offset-3 hover:decoration-current';
}
