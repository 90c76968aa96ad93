import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { uiText } from '../text/ui.ts';

export type DisclosureProps = {
  /** *More* by default, for rarely used fields. */
  readonly title?: string | undefined;
  /** Beside the title, such as how many. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly defaultOpen?: boolean | undefined;
  /** Controlled from outside, as where an error inside has to be seen. */
  readonly open?: boolean | undefined;
  readonly onOpenChange?: ((open: boolean) => void) | undefined;
};

/** What is needed rarely, behind a line that opens it. Closing keeps what was typed inside. */
export function Disclosure({
  title = uiText.more,
  aside,
  children,
  defaultOpen = false,
  open,
  onOpenChange,
}: DisclosureProps): ReactElement {
  return (
    <Collapsible.Root defaultOpen={defaultOpen} open={open} onOpenChange={(next) => onOpenChange?.(next)} className="flex flex-col">
      <Collapsible.Trigger className="group -ms-1 flex min-h-8 items-center gap-1 self-start rounded-control pe-2 font-medium text-muted hover:text-text">
        <ChevronRight aria-hidden className="size-4 transition-transform group-data-panel-open:rotate-90" />
        {title}
        {aside !== undefined && <span className="ps-1 text-sm font-normal">{aside}</span>}
      </Collapsible.Trigger>
      <Collapsible.Panel
        keepMounted
        className="h-(--collapsible-panel-height) overflow-hidden transition-[height] data-ending-style:h-0 data-starting-style:h-0 [&[hidden]]:hidden"
      >
        <div className="flex flex-col gap-4 p-1 pt-3">{children}</div>
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
