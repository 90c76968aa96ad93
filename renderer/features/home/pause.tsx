import { CirclePause, CirclePlay } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Output } from '../../../engine/contract/rpc.ts';
import type { Settings } from '../../../engine/contract/settings.ts';
import { useLive } from '../../stores/console.ts';
import { useCommand } from '../../stores/use-query.ts';
import { homeText } from '../../text/home.ts';
import { Button, ConfirmDialog, showToast } from '../../ui/index.ts';

/** "Live. SFTP 22, FTPS 21. Reachable in the office." The last part is left out where `server` is null: for whoever may not read settings. */
export function statusSentence(status: Output<'server.status'> | undefined, server: Settings['server'] | null | undefined): string {
  if (status === undefined || server === undefined) return homeText.unknown;
  if (status.paused) return homeText.paused;
  const servers = (['sftp', 'ftp'] as const)
    .filter((protocol) => status.listeners[protocol].state === 'listening')
    .map((protocol) => homeText.server(protocol === 'sftp' ? 'SFTP' : 'FTPS', status.listeners[protocol].port));
  if (servers.length === 0) return homeText.off;
  if (server === null) return homeText.liveOnly(servers.join(', '));
  return homeText.live(servers.join(', '), server.fromInternet ? homeText.reachInternet(server.publicName) : homeText.reachOffice);
}

/** Stops letting partners in, after a question; lets them in again at once. */
export function PauseButton({ paused }: { readonly paused: boolean }): ReactElement {
  const [asking, setAsking] = useState(false);
  const sessions = useLive((live) => live.sessions.length);
  const pause = useCommand('server.pause', ['server.status']);
  const set = async (next: boolean): Promise<void> => {
    const done = await pause.run({ paused: next });
    setAsking(false);
    if (done === undefined) showToast({ title: homeText.pause, body: pause.error?.message });
  };
  return paused ? (
    <Button kind="primary" icon={CirclePlay} busy={pause.busy} onClick={() => void set(false)}>
      {homeText.resume}
    </Button>
  ) : (
    <>
      <Button icon={CirclePause} onClick={() => setAsking(true)}>
        {homeText.pause}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={homeText.pauseTitle}
        confirm={homeText.pause}
        busy={pause.busy}
        onConfirm={() => void set(true)}
      >
        {homeText.pauseBody(sessions)}
      </ConfirmDialog>
    </>
  );
}
