import { Copy, Lock, Plug, Printer } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import { routes } from '../../routes.ts';
import { useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { partnersText, sheetText } from '../../text/partners.ts';
import { rightsText } from '../../text/rights.ts';
import { Button, CopyText, EmptyState, ErrorState, KeyValues, Link, showToast, Skeleton } from '../../ui/index.ts';
import { partnerName } from './partner-state.ts';
import { type Door, makeSheet, openSshCommand, openSshConfig, type Sheet, sftpLink, sheetAsText, winScpLink } from './sheet.ts';

/** What a partner needs to connect, on one page to print or copy; never the password. */
export function ConnectionSheet({ account }: { readonly account: Account }): ReactElement {
  const status = useLive((live) => live.status);
  const { calls, role } = useRights();
  const setup = useQuery('setup.get', calls('setup.get') ? {} : undefined);
  const certificate = useQuery('certificate.get', {});
  if (!calls('setup.get')) {
    return (
      <EmptyState icon={Lock} title={sheetText.notOpen}>
        {rightsText.because(role)}
      </EmptyState>
    );
  }
  if (setup.error !== undefined && setup.data === undefined)
    return <ErrorState title={sheetText.cannotRead} error={setup.error} effect={partnersText.effect} onRetry={setup.reload} />;
  if (status === undefined || setup.data === undefined || (certificate.data === undefined && certificate.error === undefined))
    return <Skeleton rows={8} />;
  const sheet = makeSheet(account, {
    status,
    server: setup.data.settings.server,
    lan: setup.data.lanAddresses,
    certificate: certificate.data?.sha256,
  });
  if (sheet.doors.length === 0) {
    return (
      <EmptyState
        icon={Plug}
        title={sheetText.allOff}
        action={
          <Link href={routes.settings('servers')} button="primary">
            {sheetText.toServers}
          </Link>
        }
      />
    );
  }
  return <SheetPage account={account} sheet={sheet} />;
}

function SheetPage({ account, sheet }: { readonly account: Account; readonly sheet: Sheet }): ReactElement {
  const name = partnerName(account);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(sheetAsText(account, sheet));
    showToast({ title: sheetText.copied });
  }
  return (
    <article className="flex max-w-form flex-col gap-6 print:max-w-none print:text-[11pt]">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex flex-col gap-0.5">
          <h2 className="text-lg font-semibold">{sheetText.title}</h2>
          <p className="text-muted">{sheetText.for(name, sheet.server)}</p>
        </div>
        <div className="flex gap-2 print:hidden">
          <Button icon={Copy} onClick={() => void copy()}>
            {sheetText.copy}
          </Button>
          <Button kind="primary" icon={Printer} onClick={() => window.print()}>
            {sheetText.print}
          </Button>
        </div>
      </header>
      {sheet.doors.map((door) => (
        <DoorFacts key={door.protocol} door={door} username={account.username} signIn={sheet.signIn} />
      ))}
      {sheet.hostKeys.length > 0 && (
        <Part title={sheetText.fingerprints} help={sheetText.fingerprintsHelp}>
          <KeyValues
            items={sheet.hostKeys.flatMap(({ type, sha256, md5 }) => [
              { key: type, value: sha256, mono: true },
              { key: `${type}, MD5`, value: md5, mono: true },
            ])}
          />
        </Part>
      )}
      {sheet.certificate !== null && (
        <Part title={sheetText.certificate}>
          <p className="font-mono text-sm break-all">{sheet.certificate}</p>
        </Part>
      )}
      <Programs account={account} sheet={sheet} />
      <p className="text-muted">{sheetText.noPassword}</p>
    </article>
  );
}

function DoorFacts({ door, username, signIn }: { readonly door: Door; readonly username: string; readonly signIn: string }): ReactElement {
  return (
    <Part title={door.protocol}>
      <KeyValues
        items={[
          ...[...Map.groupBy(door.hosts, ({ from }) => from)].map(([from, hosts]) => ({
            key: `${sheetText.host}, ${from}`,
            value: hosts.map(({ host }) => <div key={host}>{host}</div>),
            mono: true,
          })),
          { key: sheetText.port, value: String(door.port), mono: true },
          { key: sheetText.user, value: username, mono: true },
          { key: sheetText.signIn, value: signIn },
        ]}
      />
      {door.protocol === 'SFTP' && <CopyText text={sftpLink(username, door)} name={sheetText.link} />}
    </Part>
  );
}

function Programs({ account, sheet }: { readonly account: Account; readonly sheet: Sheet }): ReactElement | null {
  const [door] = sheet.doors;
  const host = door?.hosts[0]?.host ?? '';
  if (door === undefined) return null;
  const ftps = door.protocol === 'FTPS';
  return (
    <Part title={sheetText.programs}>
      <Steps title={sheetText.fileZilla.title} steps={sheetText.fileZilla.steps(host, door.port, account.username, ftps)} />
      <Steps title={sheetText.winScp.title} steps={sheetText.winScp.steps(host, door.port, account.username, ftps)}>
        {!ftps && (
          <>
            <p>{sheetText.winScp.link}</p>
            <CopyText text={winScpLink(account.username, door, sheet.hostKeys)} name={sheetText.link} />
          </>
        )}
      </Steps>
      {!ftps && (
        <Steps title={sheetText.openSsh.title} steps={[]}>
          <CopyText text={openSshCommand(account.username, door)} name={sheetText.openSsh.command} />
          <p>{sheetText.openSsh.config}</p>
          <pre className="rounded-control bg-sunken p-3 text-sm whitespace-pre-wrap">
            {openSshConfig(account.username, door, 'gatehouse')}
          </pre>
          <p className="text-sm text-muted">{sheetText.openSsh.knownHosts}</p>
        </Steps>
      )}
    </Part>
  );
}

function Part({ title, help, children }: { readonly title: string; readonly help?: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="flex flex-col gap-2 break-inside-avoid">
      <h3 className="font-semibold">{title}</h3>
      {help !== undefined && <p className="max-w-prose text-sm text-muted">{help}</p>}
      {children}
    </section>
  );
}

function Steps({
  title,
  steps,
  children,
}: {
  readonly title: string;
  readonly steps: readonly string[];
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="flex flex-col gap-1.5 break-inside-avoid pt-2">
      <h4 className="font-medium">{title}</h4>
      {steps.length > 0 && (
        <ol className="list-decimal ps-5">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {children}
    </div>
  );
}
