import { Circle, CircleCheck, CircleMinus, CircleX, type LucideIcon } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useConsole, useLive } from '../../stores/console.ts';
import { machineText } from '../../text/machine.ts';
import { Spinner, Status } from '../../ui/index.ts';
import { type StageState, stageStates, watch, type Watched } from './watched.ts';

const text = machineText.watch;

const LOOKS: Readonly<Record<StageState, readonly [LucideIcon, string]>> = {
  done: [CircleCheck, 'text-ok'],
  'passed-over': [CircleMinus, 'text-muted'],
  broken: [CircleX, 'text-failure'],
  waiting: [Circle, 'text-muted'],
};

/** Waits for clients from outside and shows how far each comes, and why it comes no further. */
export function WatchPanel(): ReactElement {
  const clients = useWatched();
  const listeners = useLive((live) => live.status?.listeners);
  const isOn = listeners !== undefined && [listeners.sftp, listeners.ftp].some(({ state }) => state === 'listening');
  return (
    <section aria-labelledby="watch-title" className="flex flex-col gap-3">
      <h2 id="watch-title" className="font-semibold">
        {text.title}
      </h2>
      <p className="max-w-prose text-muted">{text.intro}</p>
      <div role="status">
        {clients.length > 0 ? (
          <ul aria-label={text.list} className="divide-y divide-line rounded-panel border border-line bg-surface">
            {clients.map((client) => (
              <Client key={client.connection.id} client={client} />
            ))}
          </ul>
        ) : isOn ? (
          <Spinner words={text.waiting} />
        ) : (
          <Status kind="paused">
            <span className="whitespace-normal">{text.off}</span>
          </Status>
        )}
      </div>
    </section>
  );
}

/** Follows the store itself: messages that come in one go would be one rendering, and only the last of them seen. */
function useWatched(): readonly Watched[] {
  const { live } = useConsole();
  const [clients, setClients] = useState<readonly Watched[]>(() => watch([], live.getState().connections));
  useEffect(
    () =>
      live.subscribe((now, before) => {
        if (now.connections !== before.connections) setClients((known) => watch(known, now.connections));
      }),
    [live],
  );
  return clients;
}

function Client({ client }: { readonly client: Watched }): ReactElement {
  const { protocol, address, stage, reason } = client.connection;
  return (
    <li className="flex flex-col gap-2 px-3 py-2.5">
      <span className="font-medium">{text.client(protocol, address)}</span>
      <ol className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {stageStates(client).map(([name, state]) => {
          const [Icon, look] = LOOKS[state];
          return (
            <li key={name} className={look}>
              <Icon aria-hidden className="me-1 inline size-4 align-text-bottom" />
              {text.stages[name]}
              <span className="sr-only">, {text.states[state]}</span>
            </li>
          );
        })}
      </ol>
      {stage === 'closed' && <p className="text-sm">{reason === null ? text.ended : text.broken(reason)}</p>}
    </li>
  );
}
