import type { ReactElement } from 'react';
import { useConsole, useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, KeyValues, Skeleton, Time } from '../../ui/index.ts';
import { DiagnosticsPart } from './diagnostics.tsx';
import { Part } from './part.tsx';

const text = settingsText.about;

export function AboutSection(): ReactElement {
  const status = useLive((live) => live.status);
  const { shell } = useConsole();
  const { calls } = useRights();
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
      {calls('diagnostics.save') && <DiagnosticsPart />}
      <Part title={text.licences} help={text.licencesHelp} />
    </>
  );
}
