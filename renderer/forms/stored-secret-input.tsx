import { type ReactElement, useState } from 'react';
import type { SecretRef } from '../../engine/contract/fields.ts';
import { formsText } from '../text/forms.ts';
import { Button, SecretInput, TextArea } from '../ui/index.ts';

type StoredSecretInputProps = {
  /** The secret as text, or the reference to a stored one. */
  readonly value: unknown;
  readonly onChange: (value: string | SecretRef) => void;
  readonly onBlur: () => void;
  /** It has lines, which a field of one line would lose. */
  readonly multiline?: boolean | undefined;
};

/** A secret that may be stored already: then it is kept until somebody replaces or removes it. */
export function StoredSecretInput({ value, onChange, onBlur, multiline = false }: StoredSecretInputProps): ReactElement {
  const [stored, setStored] = useState(isRef(value) ? value : undefined);
  const ref = isRef(value) ? value : undefined;
  // A reference that came with a later answer of the engine.
  if (ref !== undefined && ref.secret !== stored?.secret) setStored(ref);
  if (ref !== undefined) {
    return (
      <div className="flex flex-wrap items-center gap-2">
        <span className="flex-1 text-muted">{formsText.secretStored}</span>
        <Button small onClick={() => onChange('')}>
          {formsText.replaceSecret}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-40 flex-1">
        {multiline ? (
          <TextArea value={typeof value === 'string' ? value : ''} onChange={onChange} onBlur={onBlur} mono rows={6} />
        ) : (
          <SecretInput value={typeof value === 'string' ? value : ''} onChange={onChange} onBlur={onBlur} autoComplete="new-password" />
        )}
      </div>
      {stored !== undefined && (
        <Button small kind="ghost" onClick={() => onChange(stored)}>
          {formsText.keepSecret}
        </Button>
      )}
    </div>
  );
}

function isRef(value: unknown): value is SecretRef {
  return typeof value === 'object' && value !== null && 'secret' in value && typeof value.secret === 'number';
}
