import { Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import { KeyField } from '../../forms/partner/key-field.tsx';
import { useCommand } from '../../stores/use-query.ts';
import { partnersText } from '../../text/partners.ts';
import { Button, Field, IconButton, Notice, TextInput } from '../../ui/index.ts';

/** The registered public keys; a change counts at once. */
export function KeyList({ account }: { readonly account: Account }): ReactElement {
  const [adding, setAdding] = useState(false);
  const [label, setLabel] = useState('');
  const [key, setKey] = useState('');
  const save = useCommand('accounts.save', ['accounts.']);
  const keep = account.publicKeys.map((known) => ({ label: known.label, key: known.key }));

  async function add(): Promise<void> {
    if ((await save.run({ username: account.username, publicKeys: [...keep, { label: label.trim(), key: key.trim() }] })) === undefined)
      return;
    setAdding(false);
    setLabel('');
    setKey('');
  }

  return (
    <section className="flex flex-col items-start gap-3">
      <h2 className="font-semibold">{partnersText.keys}</h2>
      {account.publicKeys.length === 0 ? (
        <p className="text-muted">{partnersText.noKeys}</p>
      ) : (
        <ul className="w-full divide-y divide-line rounded-panel border border-line bg-surface">
          {account.publicKeys.map((known, index) => (
            <li key={known.fingerprint} className="flex items-center gap-3 px-3 py-2">
              <div className="min-w-0 flex-1">
                <p>{known.label === '' ? known.key.split(' ')[0] : known.label}</p>
                <p className="font-mono text-sm break-all text-muted">{known.fingerprint}</p>
              </div>
              <IconButton
                icon={Trash2}
                name={partnersText.removeKey(known.label === '' ? known.fingerprint : known.label)}
                onClick={() => void save.run({ username: account.username, publicKeys: keep.filter((_, other) => other !== index) })}
              />
            </li>
          ))}
        </ul>
      )}
      {save.error !== undefined && (
        <Notice kind="failure" title={partnersText.failed} live>
          {save.error.message}
        </Notice>
      )}
      {adding ? (
        <div className="flex w-full flex-col gap-4 rounded-panel border border-line p-4">
          <Field label={partnersText.keyLabel} help={partnersText.keyLabelHelp}>
            <TextInput value={label} onChange={setLabel} maxLength={255} />
          </Field>
          <KeyField value={key} onChange={setKey} />
          <div className="flex gap-2">
            <Button busy={save.busy} disabled={key.trim() === ''} onClick={() => void add()}>
              {partnersText.addThisKey}
            </Button>
            <Button kind="ghost" onClick={() => setAdding(false)}>
              {partnersText.cancel}
            </Button>
          </div>
        </div>
      ) : (
        <Button onClick={() => setAdding(true)}>{partnersText.addKey}</Button>
      )}
    </section>
  );
}
