import { Download } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { asAppError } from '../../rpc/client.ts';
import { saveBytes } from '../../rpc/save-bytes.ts';
import { useConsole } from '../../stores/console.ts';
import { upkeepText } from '../../text/upkeep.ts';
import { Button, Disclosure, ErrorState, showToast } from '../../ui/index.ts';
import { Part } from './part.tsx';

const text = upkeepText.diagnostics;

type Diagnostics = Output<'diagnostics.get'>;

/** What may be sent to somebody who helps: shown first, then saved as it was shown. */
export function DiagnosticsPart(): ReactElement {
  const { client, shell } = useConsole();
  const [prepared, setPrepared] = useState<Diagnostics | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | undefined>(undefined);
  const { pickSavePath } = shell;

  async function attempt(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  }

  const prepare = (): Promise<void> => attempt(async () => setPrepared(await client.call('diagnostics.get', {})));
  const save = ({ name, zip }: Diagnostics): Promise<void> =>
    attempt(async () => {
      if (pickSavePath === null) {
        saveBytes(
          name,
          'application/zip',
          Uint8Array.from(atob(zip), (character) => character.charCodeAt(0)),
        );
      } else {
        const path = await pickSavePath({ suggestedName: name, format: 'zip' });
        if (path === null) return;
        await client.call('diagnostics.save', { path });
      }
      showToast({ title: text.saved });
    });

  return (
    <Part title={text.title} help={text.help}>
      {prepared !== undefined && <Preview {...prepared} />}
      {error !== undefined && <ErrorState title={text.failed} error={error} />}
      <div className="flex flex-wrap gap-2">
        {prepared !== undefined && (
          <Button icon={Download} kind="primary" busy={busy} onClick={() => void save(prepared)}>
            {text.save}
          </Button>
        )}
        <Button busy={busy} onClick={() => void prepare()}>
          {prepared === undefined ? text.prepare : text.again}
        </Button>
      </div>
    </Part>
  );
}

function Preview({ files, replaced }: Pick<Diagnostics, 'files' | 'replaced'>): ReactElement {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-medium">{text.preview}</h3>
      <p className="text-muted">
        {replaced.length === 0
          ? text.nothingReplaced
          : `${text.replaced}: ${replaced.map(({ what, count }) => text.kinds[what](count)).join(', ')}.`}
      </p>
      {files.map(({ name, text: content }, index) => (
        <Disclosure key={name} title={name} defaultOpen={index === 0}>
          <pre
            tabIndex={0}
            role="region"
            aria-label={name}
            className="max-h-80 overflow-auto rounded-control bg-sunken p-3 font-mono text-sm break-all whitespace-pre-wrap"
          >
            {content === '' ? text.empty : content}
          </pre>
        </Disclosure>
      ))}
    </div>
  );
}
