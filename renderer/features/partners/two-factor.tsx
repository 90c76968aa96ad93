import { type ReactElement, useId, useState } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { EnrolDialog } from '../../forms/two-factor/enrol-dialog.tsx';
import { FactorState } from '../../forms/two-factor/factor-state.tsx';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { twoFactorText as text } from '../../text/two-factor.ts';
import { ConfirmDialog, ErrorState } from '../../ui/index.ts';

type Enrolment = Output<'twoFactor.enrol'>;

/** Whether the partner shows a code at the sign-in, and the way to one. */
export function TwoFactor({ account: { username } }: { readonly account: Account }): ReactElement {
  const id = useId();
  const found = useQuery('twoFactor.get', { username });
  const enrol = useCommand('twoFactor.enrol', ['twoFactor.']);
  const confirm = useCommand('twoFactor.confirm', ['twoFactor.']);
  const remove = useCommand('twoFactor.remove', ['twoFactor.']);
  const [enrolment, setEnrolment] = useState<Enrolment | undefined>(undefined);
  const [removing, setRemoving] = useState(false);
  const error = enrol.error ?? remove.error;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div>
        <h2 id={id} className="font-semibold">
          {text.title}
        </h2>
        <p className="text-muted">{text.help}</p>
      </div>
      {error !== undefined && <ErrorState title={text.failed} error={error} />}
      <FactorState
        found={found}
        turnOn={{ busy: enrol.busy, start: () => void enrol.run({ username }).then(setEnrolment) }}
        turnOff={{ start: () => setRemoving(true) }}
      />
      {enrolment !== undefined && (
        <EnrolDialog
          enrolment={enrolment}
          confirm={(code) => confirm.run({ username, code })}
          busy={confirm.busy}
          error={confirm.error}
          codesBody={text.codesBody}
          onClose={() => setEnrolment(undefined)}
        />
      )}
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={text.turnOffTitle}
        confirm={text.turnOff}
        cancel={text.keep}
        danger
        busy={remove.busy}
        onConfirm={() => void remove.run({ username }).then(() => setRemoving(false))}
      >
        {text.turnOffBody}
      </ConfirmDialog>
    </section>
  );
}
