import { type ReactElement, useState } from 'react';
import type { Output } from '../../../engine/contract/rpc.ts';
import { EnrolDialog } from '../../forms/two-factor/enrol-dialog.tsx';
import { FactorState } from '../../forms/two-factor/factor-state.tsx';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { adminsText } from '../../text/admins.ts';
import { twoFactorText as text } from '../../text/two-factor.ts';
import { ErrorState } from '../../ui/index.ts';
import { ConfirmIdentity } from '../../forms/confirm-identity.tsx';

/** The second factor of whoever is signed in by name. */
export function OwnTwoFactor(): ReactElement {
  const found = useQuery('console.twoFactor', {});
  const enrol = useCommand('console.enrolTwoFactor', ['console.twoFactor']);
  const confirm = useCommand('console.confirmTwoFactor', ['console.twoFactor', 'admins.']);
  const remove = useCommand('console.removeTwoFactor', ['console.twoFactor', 'admins.']);
  const [enrolment, setEnrolment] = useState<Output<'console.enrolTwoFactor'> | undefined>(undefined);
  const needsConfirmation = remove.error?.code === 'forbidden';
  const error = enrol.error ?? (needsConfirmation ? undefined : remove.error);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h3 className="font-semibold">{text.title}</h3>
        <p className="text-muted">{adminsText.ownFactor}</p>
      </div>
      {error !== undefined && <ErrorState title={text.failed} error={error} />}
      <FactorState
        found={found}
        turnOn={{ busy: enrol.busy, start: () => void enrol.run({}).then(setEnrolment) }}
        turnOff={{ busy: remove.busy, start: () => void remove.run({}) }}
      />
      {enrolment !== undefined && (
        <EnrolDialog
          enrolment={enrolment}
          confirm={(code) => confirm.run({ code })}
          busy={confirm.busy}
          error={confirm.error}
          codesBody={adminsText.ownCodesBody}
          onClose={() => setEnrolment(undefined)}
        />
      )}
      {needsConfirmation && <ConfirmIdentity onClose={remove.clearError} onConfirmed={() => void remove.run({})} />}
    </div>
  );
}
