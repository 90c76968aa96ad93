import { type ReactElement, useEffect, useRef } from 'react';
import { routes } from '../../routes.ts';
import { formatList } from '../../text/format.ts';
import { setupText } from '../../text/setup.ts';
import { CopyText, GateMark, Link, Notice } from '../../ui/index.ts';

const text = setupText.live;

export type LiveProps = {
  readonly servers: readonly string[];
  /** Null when partners are added later. */
  readonly partner: { readonly company: string; readonly username: string; readonly password: string | null } | null;
};

/** After the last step: what to do next. */
export function Live({ servers, partner }: LiveProps): ReactElement {
  const password = partner?.password ?? null;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="m-auto flex w-full max-w-form flex-col gap-6 p-6">
      <div className="flex flex-col gap-3">
        <GateMark className="size-10 text-link" />
        <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-[-0.011em]">
          {text.title}
        </h1>
        <p className="max-w-prose">{text.body(formatList(servers))}</p>
        {partner !== null && <p className="max-w-prose text-muted">{text.sheetHelp(partner.company)}</p>}
      </div>
      {password !== null && (
        <Notice kind="notice" title={text.password}>
          <CopyText text={password} name={setupText.partner.generated} />
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Link button="primary" href={partner === null ? routes.newPartner() : routes.partner(partner.username, 'sheet')}>
          {partner === null ? text.addPartner : text.sheet}
        </Link>
        <Link button="secondary" href={routes.home()}>
          {text.home}
        </Link>
      </div>
    </div>
  );
}
