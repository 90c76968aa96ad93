import { Lock } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Method } from '../../engine/contract/rpc.ts';
import { routes } from '../routes.ts';
import { useRights } from '../stores/use-rights.ts';
import { rightsText } from '../text/rights.ts';
import { EmptyState, Link } from '../ui/index.ts';

/** A page for whoever may call the method that it is nothing without; the others are told, whatever address they typed. */
export function PageFor({ needs, children }: { readonly needs: Method; readonly children: ReactNode }): ReactElement {
  const { calls, role } = useRights();
  if (calls(needs)) return <>{children}</>;
  return (
    <div className="p-6">
      <h1 className="sr-only">{rightsText.noPage}</h1>
      <EmptyState icon={Lock} title={rightsText.noPage} action={<Link href={routes.home()}>{rightsText.home}</Link>}>
        {rightsText.because(role)}
      </EmptyState>
    </div>
  );
}
