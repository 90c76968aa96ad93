import { Button as BaseButton } from '@base-ui/react/button';
import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import type { ReactElement, ReactNode, Ref } from 'react';
import { classes } from './classes.ts';

export type ButtonKind = 'primary' | 'secondary' | 'ghost' | 'danger';

const KINDS: Readonly<Record<ButtonKind, string>> = {
  primary: 'bg-accent text-on-accent border-transparent hover:not-data-disabled:bg-accent-hover',
  secondary: 'bg-surface text-text border-edge hover:not-data-disabled:bg-sunken active:not-data-disabled:bg-slate-4',
  ghost: 'bg-transparent text-text border-transparent hover:not-data-disabled:bg-hover active:not-data-disabled:bg-pressed',
  danger: 'bg-danger text-on-danger border-transparent hover:not-data-disabled:bg-danger-hover',
};

/** The look of a button, for what is one by looks only, such as a link to the next step. */
export function buttonClass(kind: ButtonKind, small = false): string {
  return classes(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap select-none transition-colors',
    small ? 'h-7 px-2 text-sm' : 'h-8 px-3',
    KINDS[kind],
    'data-disabled:not-data-busy:opacity-50',
  );
}

export type ButtonProps = {
  /** A verb and what it is done to: *Send test mail*. */
  readonly children: ReactNode;
  /** One primary button at most per screen. Default `secondary`. */
  readonly kind?: ButtonKind | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly onClick?: ((event: { readonly currentTarget: HTMLElement }) => void) | undefined;
  /** What it does is under way: it keeps its place and focus, and does nothing when pressed again. */
  readonly busy?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** 28 instead of 32 pixels high. */
  readonly small?: boolean | undefined;
  readonly type?: 'button' | 'submit' | undefined;
  /** Id of the form that a submit button outside of it belongs to. */
  readonly form?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
  /** Where the words alone do not say enough, such as one of many *Fix*. */
  readonly 'aria-label'?: string | undefined;
};

export function Button({
  children,
  kind = 'secondary',
  icon: Icon,
  busy = false,
  disabled = false,
  small = false,
  type = 'button',
  ...rest
}: ButtonProps): ReactElement {
  return (
    <BaseButton
      {...rest}
      type={type}
      className={buttonClass(kind, small)}
      disabled={disabled || busy}
      // A busy button that lost the focus would send keyboards back to the top of the page.
      focusableWhenDisabled={busy}
      aria-busy={busy || undefined}
      data-busy={busy ? '' : undefined}
    >
      {busy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : Icon !== undefined && <Icon aria-hidden className="size-4" />}
      {children}
    </BaseButton>
  );
}
