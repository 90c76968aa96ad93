import { type ReactElement, useEffect, useState } from 'react';
import type { SignInWays } from '../../engine/contract/admin.ts';
import type { ErrorData } from '../../engine/contract/errors.ts';
import { fieldWords } from '../forms/field-words.ts';
import type { Door, PartnerWelcome } from '../shell/types.ts';
import { useConsole, useLive } from '../stores/console.ts';
import { appText } from '../text/app.ts';
import { signInText as text } from '../text/sign-in.ts';
import { Button, CopyText, Field, GateMark, Notice, SecretInput, Skeleton, TextInput } from '../ui/index.ts';

/** Nobody is signed in: nothing of the server is shown but the ways in. */
export function SignedOut(): ReactElement {
  const { door } = useConsole().client.transport;
  const ways = useWays(door);
  const { command } = appText.signedOut;
  const canSignIn = ways?.password === true || typeof ways?.provider === 'string';
  const returned = useLive((live) => (live.link.kind === 'signed-out' ? live.link.returned : undefined));
  return (
    <main className="mx-auto flex min-h-dvh max-w-100 flex-col justify-center gap-6 p-6">
      <GateMark className="size-10 text-link" />
      {returned?.kind === 'partner' ? (
        <Welcome partner={returned} />
      ) : ways === undefined ? (
        <Skeleton rows={4} words={text.checking} />
      ) : canSignIn && door !== null ? (
        <>
          <h1 className="text-xl font-semibold">{text.title}</h1>
          {returned !== undefined && <Failed message={returned.message} />}
          {ways.provider !== null && <WithProvider door={door} name={ways.provider} />}
          {ways.password && <SignInForm door={door} isPrimary={ways.provider === null} />}
          <div className="flex flex-col gap-2 border-t border-line pt-6 text-muted">
            <p>{text.atMachine}</p>
            <CopyText text={command} name="command" />
          </div>
        </>
      ) : (
        <LinkOnly />
      )}
    </main>
  );
}

/** The only way in is a new link. */
function LinkOnly(): ReactElement {
  const { title, body, command, reason } = appText.signedOut;
  return (
    <>
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="max-w-prose">{body}</p>
      <CopyText text={command} name="command" />
      <p className="max-w-prose text-muted">{reason}</p>
    </>
  );
}

function Failed({ message }: { readonly message: string }): ReactElement {
  return (
    <Notice kind="failure" live title={text.failed}>
      {message}
    </Notice>
  );
}

/** A partner came by: the console is not for him, his account is. */
function Welcome({ partner: { username, canConnect } }: { readonly partner: PartnerWelcome }): ReactElement {
  return (
    <>
      <h1 className="text-xl font-semibold">{text.ready}</h1>
      <p>{text.readyAs(username)}</p>
      <p>{canConnect ? text.connect(location.hostname) : text.cannotConnect}</p>
    </>
  );
}

function WithProvider({ door, name }: { readonly door: Door; readonly name: string }): ReactElement {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | undefined>(undefined);

  async function leave(): Promise<void> {
    setBusy(true);
    setError(undefined);
    const refused = await door.signInWithProvider();
    setError(refused);
    // Else the page is on its way to the provider.
    if (refused !== undefined) setBusy(false);
  }

  return (
    <>
      {error !== undefined && <Failed message={error.message} />}
      <div>
        <Button kind="primary" busy={busy} onClick={() => void leave()}>
          {text.with(name)}
        </Button>
      </div>
    </>
  );
}

function SignInForm({ door, isPrimary }: { readonly door: Door; readonly isPrimary: boolean }): ReactElement {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | undefined>(undefined);
  const asksCode = code !== undefined;

  async function submit(): Promise<void> {
    setBusy(true);
    setError(undefined);
    const refused = await door.signIn({ name, password, ...(asksCode ? { code } : {}) });
    setBusy(false);
    if (refused?.code === 'code_needed') setCode(code ?? '');
    // The first question for the code is no error.
    if (refused?.code !== 'code_needed' || asksCode) setError(refused);
  }

  const errorAt = (field: string): string | undefined =>
    error?.field === field ? fieldWords({ field, message: error.message }) : undefined;
  const isElsewhere = error !== undefined && !['name', 'password', 'code'].includes(error.field ?? '');
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {isElsewhere && <Failed message={error.message} />}
      <Field label={text.name} error={errorAt('name')}>
        <TextInput value={name} onChange={setName} autoComplete="username" maxLength={255} autoFocus={isPrimary} />
      </Field>
      <Field label={text.password} error={errorAt('password')}>
        <SecretInput value={password} onChange={setPassword} what={text.what} autoComplete="current-password" />
      </Field>
      {asksCode && (
        <Field label={text.code} help={text.codeHelp} error={errorAt('code')}>
          <TextInput mono value={code} onChange={setCode} autoComplete="one-time-code" maxLength={64} autoFocus />
        </Field>
      )}
      <div>
        <Button type="submit" kind={isPrimary ? 'primary' : 'secondary'} busy={busy}>
          {text.go}
        </Button>
      </div>
    </form>
  );
}

/** How one can sign in; undefined until that is known. What cannot be asked offers nothing. */
function useWays(door: Door | null): SignInWays | undefined {
  const [ways, setWays] = useState<SignInWays | undefined>(door === null ? NO_WAYS : undefined);
  useEffect(() => {
    let isGone = false;
    void door?.ways().then((answer) => {
      if (!isGone) setWays(answer.ok ? answer.value : NO_WAYS);
    });
    return () => {
      isGone = true;
    };
  }, [door]);
  return ways;
}

const NO_WAYS: SignInWays = { password: false, provider: null };
