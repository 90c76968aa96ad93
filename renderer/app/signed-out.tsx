import type { ReactElement } from 'react';
import { appText } from '../text/app.ts';
import { CopyText, GateMark } from '../ui/index.ts';

/** The page was opened without a fresh link: nothing of the server is shown. */
export function SignedOut(): ReactElement {
  const { title, body, command, reason } = appText.signedOut;
  return (
    <main className="mx-auto flex min-h-dvh max-w-form flex-col justify-center gap-4 p-6">
      <GateMark className="size-10 text-link" />
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="max-w-prose">{body}</p>
      <CopyText text={command} name="command" />
      <p className="max-w-prose text-muted">{reason}</p>
    </main>
  );
}
