import type { ReactElement } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { twoFactorText as text } from '../../text/two-factor.ts';
import { Button, ErrorState, Skeleton, Status } from '../../ui/index.ts';

/** One of the two changes that can be made. */
type Change = { readonly busy?: boolean; readonly start: () => void };

type FactorStateProps = {
  readonly found: { readonly data: Output<'twoFactor.get'> | undefined; readonly error: AppError | undefined; readonly reload: () => void };
  readonly turnOn: Change;
  readonly turnOff: Change;
};

/** Whether a second factor is on, with the button that changes it. */
export function FactorState({ found: { data, error, reload }, turnOn, turnOff }: FactorStateProps): ReactElement {
  if (data === undefined)
    return error === undefined ? <Skeleton rows={1} /> : <ErrorState title={text.cannotRead} error={error} onRetry={reload} />;
  const isOn = data.state === 'on';
  const { busy = false, start } = isOn ? turnOff : turnOn;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Status kind={isOn ? 'ok' : 'paused'}>{isOn ? text.on(data.recoveryCodesLeft) : text.off}</Status>
      <Button busy={busy} onClick={start}>
        {isOn ? text.turnOff : text.turnOn}
      </Button>
    </div>
  );
}
