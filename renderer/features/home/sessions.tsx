import { Unplug } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { LiveSession } from '../../../engine/contract/session.ts';
import { routes } from '../../routes.ts';
import { useLive } from '../../stores/console.ts';
import { useCommand } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { formatRate } from '../../text/format.ts';
import { homeText } from '../../text/home.ts';
import { Avatar, ConfirmDialog, IconButton, Link, Notice, ProgressBar } from '../../ui/index.ts';
import { Section } from './section.tsx';

/** Who is signed in now, with what is moving. */
export function Sessions(): ReactElement {
  const sessions = useLive((live) => live.sessions);
  const [leaving, setLeaving] = useState<LiveSession>();
  const disconnect = useCommand('sessions.disconnect');
  return (
    <Section title={homeText.sessions}>
      {disconnect.error !== undefined && <Notice kind="failure">{disconnect.error.message}</Notice>}
      {sessions.length === 0 ? (
        <p className="text-muted">{homeText.nobody}</p>
      ) : (
        <ul className="divide-y divide-line rounded-panel border border-line bg-surface">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} onDisconnect={() => setLeaving(session)} />
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={homeText.disconnectTitle(leaving?.displayName ?? '')}
        confirm={homeText.disconnect}
        danger
        busy={disconnect.busy}
        onConfirm={() => {
          if (leaving !== undefined) void disconnect.run({ id: leaving.id }).then(() => setLeaving(undefined));
        }}
      >
        {homeText.disconnectBody}
      </ConfirmDialog>
    </Section>
  );
}

function SessionRow({ session, onDisconnect }: { readonly session: LiveSession; readonly onDisconnect: () => void }): ReactElement {
  const { displayName, protocol, address, transfers, id } = session;
  const mayDisconnect = useRights().calls('sessions.disconnect');
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <Avatar name={displayName} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap gap-x-3">
          <Link quiet href={routes.session(id)}>
            {displayName}
          </Link>
          <span className="text-muted">{homeText.from(protocol, address)}</span>
        </p>
        {transfers.length === 0 && <p className="text-sm text-muted">{homeText.idle}</p>}
        {transfers.map(({ direction, path, bytes, total, bytesPerSecond }) => (
          <ProgressBar
            key={`${direction}${path}`}
            label={homeText.transfer(direction, path)}
            value={total === null || total === 0 ? null : bytes / total}
            words={homeText.progress(bytes, total, formatRate(bytesPerSecond))}
          />
        ))}
      </div>
      {mayDisconnect && <IconButton icon={Unplug} name={`${homeText.disconnect} ${displayName}`} onClick={onDisconnect} />}
    </li>
  );
}
