import { Circle, CirclePause, CircleX, HardDrive, type LucideIcon, Radio, Users, WifiOff } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Output } from '../../engine/contract/rpc.ts';
import { useLive } from '../stores/console.ts';
import { appText } from '../text/app.ts';
import { formatBytes, formatRate } from '../text/format.ts';
import { plural } from '../text/plural.ts';
import { classes } from '../ui/classes.ts';

/** The bar at the foot: each protocol's state and port, sessions, rates, free disk, and whether what is shown is live. */
export function StatusBar(): ReactElement {
  const status = useLive((live) => live.status);
  const sessions = useLive((live) => live.sessions.length);
  const traffic = useLive((live) => live.traffic);
  return (
    <footer
      aria-label={appText.statusBar}
      className="flex min-h-7 shrink-0 flex-wrap items-center gap-x-4 border-t border-line bg-surface px-3 py-1 text-xs text-muted tabular-nums"
    >
      {status !== undefined && (
        <>
          <Listener name="SFTP" listener={status.listeners.sftp} />
          <Listener name={status.listeners.ftp.state === 'off' ? 'FTP' : 'FTPS'} listener={status.listeners.ftp} />
          <Item icon={Users}>{plural(sessions, { one: '# session', other: '# sessions' })}</Item>
          <Item>{appText.rates(formatRate(traffic.bytesInPerSecond), formatRate(traffic.bytesOutPerSecond))}</Item>
          {status.disk !== null && <Item icon={HardDrive}>{appText.diskFree(formatBytes(status.disk.freeBytes))}</Item>}
        </>
      )}
      <span className="flex-1" />
      <LiveState paused={status?.paused ?? false} />
    </footer>
  );
}

function Listener({
  name,
  listener,
}: {
  readonly name: string;
  readonly listener: Output<'server.status'>['listeners']['sftp'];
}): ReactElement {
  if (listener.state === 'listening') {
    return (
      <Item icon={Circle} look="text-ok [&_svg]:fill-current">
        {appText.port(name, listener.port)}
      </Item>
    );
  }
  if (listener.state === 'failed') {
    return (
      <Item icon={CircleX} look="text-failure">
        {name} {appText.failed}
      </Item>
    );
  }
  return (
    <Item icon={Circle}>
      {name} {appText.off}
    </Item>
  );
}

function LiveState({ paused }: { readonly paused: boolean }): ReactElement {
  const link = useLive((live) => live.link.kind);
  if (link !== 'live') {
    return (
      <Item icon={WifiOff} look="text-warning">
        {appText.disconnected}
      </Item>
    );
  }
  return paused ? (
    <Item icon={CirclePause} look="text-paused">
      {appText.paused}
    </Item>
  ) : (
    <Item icon={Radio} look="text-ok">
      {appText.live}
    </Item>
  );
}

function Item({
  icon: Icon,
  look,
  children,
}: {
  readonly icon?: LucideIcon;
  readonly look?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      {Icon !== undefined && (
        <span aria-hidden className={classes('inline-flex', look)}>
          <Icon className="size-3" />
        </span>
      )}
      {children}
    </span>
  );
}
