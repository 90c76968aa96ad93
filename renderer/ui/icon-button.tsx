import { Button as BaseButton } from '@base-ui/react/button';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, Ref } from 'react';
import { classes } from './classes.ts';
import { Tooltip } from './tooltip.tsx';

export type IconButtonProps = {
  readonly icon: LucideIcon;
  /** What it does, for screen readers and on hover. */
  readonly name: string;
  readonly onClick?: ((event: { readonly currentTarget: HTMLElement }) => void) | undefined;
  readonly disabled?: boolean | undefined;
  /** For switches: whether it is on. */
  readonly pressed?: boolean | undefined;
  /** 24 instead of 28 pixels. */
  readonly small?: boolean | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
};

export const iconButtonClass = (small = false): string =>
  classes(
    'inline-flex shrink-0 items-center justify-center rounded-control text-muted transition-colors hover:bg-hover hover:text-text active:bg-pressed',
    'aria-pressed:bg-accent-soft aria-pressed:text-link data-popup-open:bg-hover data-disabled:opacity-50',
    small ? 'size-6' : 'size-7',
  );

/** A button that shows only an icon; its name appears on hover and focus. */
export function IconButton({ icon: Icon, name, pressed, small = false, disabled, ...rest }: IconButtonProps): ReactElement {
  return (
    <Tooltip text={name}>
      <BaseButton {...rest} disabled={disabled ?? false} aria-label={name} aria-pressed={pressed} className={iconButtonClass(small)}>
        <Icon aria-hidden className="size-4" />
      </BaseButton>
    </Tooltip>
  );
}
