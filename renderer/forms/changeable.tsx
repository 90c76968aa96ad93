import type { ReactElement, ReactNode } from 'react';
import type { Method } from '../../engine/contract/rpc.ts';
import { useRights } from '../stores/use-rights.ts';
import { rightsText } from '../text/rights.ts';
import { Notice, SwitchedOff } from '../ui/index.ts';

type Props = {
  /** The method that everything inside comes down to. */
  readonly by: Method;
};

/** Says to whoever may not call the method that he can only look, and why; nothing to everybody else. */
export function LookOnly({ by }: Props): ReactElement | null {
  const { calls, role } = useRights();
  if (calls(by)) return null;
  return (
    <Notice kind="notice" title={rightsText.lookOnly}>
      {rightsText.because(role)}
    </Notice>
  );
}

/** Fields and buttons that whoever may not call the method sees switched off. `LookOnly` says why, once on a page. */
export function Changeable({ by, children }: Props & { readonly children: ReactNode }): ReactElement {
  const { calls } = useRights();
  return calls(by) ? <>{children}</> : <SwitchedOff>{children}</SwitchedOff>;
}
