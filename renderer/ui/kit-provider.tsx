import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { ToastRegion } from './toast.tsx';

/** Around the whole page, once: the content security policy forbids style elements, tooltips share their delay, toasts have their place. */
export function KitProvider({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={500}>
        {children}
        <ToastRegion />
      </Tooltip.Provider>
    </CSPProvider>
  );
}
