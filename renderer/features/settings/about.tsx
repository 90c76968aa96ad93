import type { ReactElement } from 'react';
import type { Output } from '../../../engine/contract/rpc.ts';
import { useConsole, useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, CopyText, KeyValues, Skeleton, Time } from '../../ui/index.ts';
import { Part } from './part.tsx';

const text = settingsText.about;

export function AboutSection(): ReactElement {
  const status = useLive((live) => live.status);
  const { shell } = useConsole();
  const setup = useQuery('setup.get', {});
  if (status === undefined) return <Skeleton rows={4} />;
  const { revealInFolder } = shell;
  return (
    <>
      <KeyValues
        items={[
          { key: text.version, value: status.version },
          { key: text.running, value: <Time at={status.startedAt} show="date-time" /> },
          { key: text.folder, value: status.exchangeFolder, mono: true },
          { key: text.dataFolder, value: setup.data?.dataFolder, mono: true },
          { key: text.acceleration, value: status.sshAcceleration ? text.accelerated : text.notAccelerated },
        ]}
      />
      {revealInFolder !== null && (
        <div>
          <Button onClick={() => void revealInFolder(status.exchangeFolder)}>{text.open}</Button>
        </div>
      )}
      <Part title={text.diagnostics} help={text.diagnosticsHelp}>
        <CopyText block text={diagnostics(status)} name={text.diagnosticsName} />
      </Part>
      <Part title={text.licences} help={text.licencesHelp} />
    </>
  );
}

/** States only: nothing in it names a partner, an address or a path, so it can be sent to anybody. */
function diagnostics({
  version,
  startedAt,
  setUp,
  paused,
  listeners,
  sessions,
  disk,
  sshAcceleration,
  problems,
}: Output<'server.status'>): string {
  const lines = {
    version,
    started: startedAt,
    console: navigator.userAgent,
    state: `${setUp ? 'set up' : 'not set up'}, ${paused ? 'paused' : 'not paused'}`,
    ...Object.fromEntries(Object.entries(listeners).map(([name, { state, port }]) => [name, `${state}, port ${port}`])),
    sessions: sessions.length,
    'disk free': disk === null ? 'unknown' : `${Math.round((disk.freeBytes / disk.totalBytes) * 100)}%`,
    'ssh addon': sshAcceleration ? 'in use' : 'not in use',
    // Their words may name partners; their kinds do not.
    problems: problems.map(({ id }) => id.split('-', 1)[0]).join(', ') || 'none',
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
