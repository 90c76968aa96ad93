import { type ReactElement, useState } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import { generatePassword } from '../../forms/partner/credentials.ts';
import { useCommand } from '../../stores/use-query.ts';
import { partnersText } from '../../text/partners.ts';
import { Button, CopyText, Notice } from '../../ui/index.ts';

/** A new generated password, shown until the person leaves the page. */
export function PasswordReset({ account }: { readonly account: Account }): ReactElement {
  const [shown, setShown] = useState<string>();
  const save = useCommand('accounts.save', ['accounts.']);
  async function reset(): Promise<void> {
    const password = generatePassword();
    if ((await save.run({ username: account.username, password })) !== undefined) setShown(password);
  }
  return (
    <section className="flex flex-col items-start gap-3">
      <h2 className="font-semibold">{partnersText.password}</h2>
      {shown === undefined ? (
        <p className="text-muted">{account.hasPassword ? partnersText.hasPassword : partnersText.noPassword}</p>
      ) : (
        <>
          <Notice kind="ok" title={partnersText.passwordDone} live>
            {partnersText.passwordOnce}
          </Notice>
          <CopyText text={shown} name={partnersText.password} />
        </>
      )}
      {save.error !== undefined && (
        <Notice kind="failure" title={partnersText.failed}>
          {save.error.message}
        </Notice>
      )}
      <Button busy={save.busy} onClick={() => void reset()}>
        {partnersText.setPassword}
      </Button>
    </section>
  );
}
