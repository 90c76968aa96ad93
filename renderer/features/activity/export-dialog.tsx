import { type ReactElement, useEffect, useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Progress } from '../../../engine/contract/push.ts';
import { asAppError } from '../../rpc/client.ts';
import { canDownload, downloadExport, exportName } from '../../rpc/download-export.ts';
import { useConsole } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Button, Dialog, Notice, ProgressBar, RadioCards, showToast } from '../../ui/index.ts';
import { type TimelineQuery, toExportFilter, toFilter } from './query.ts';

const text = activityText.exports;

type Format = 'csv' | 'jsonl';

export type ExportDialogProps = {
  readonly query: TimelineQuery;
  readonly now: number;
  readonly open: boolean;
  readonly onClose: () => void;
};

/** What the filters show, as a file: written by the engine where the shell can name a path, else downloaded. */
export function ExportDialog({ query, now, open, onClose }: ExportDialogProps): ReactElement {
  const { client, shell } = useConsole();
  const [format, setFormat] = useState<Format>('csv');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const count = useQuery('activity.count', open ? toFilter(query, now) : undefined).data;
  const { pickSavePath } = shell;
  const { transport } = client;
  const possible = pickSavePath !== null || canDownload(transport);

  async function write(): Promise<void> {
    const filter = toExportFilter(query, now);
    if (pickSavePath !== null) {
      const path = await pickSavePath({ suggestedName: exportName(format, new Date(now)), format });
      if (path === null) return;
      const { events } = await client.call('events.exportFile', { filter, format, path });
      showToast({ title: text.done(events) });
    } else if (canDownload(transport)) {
      await downloadExport(transport, filter, format);
      showToast({ title: text.downloaded });
    }
    onClose();
  }

  async function run(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await write();
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={text.title}
      actions={
        possible && (
          <Button kind="primary" busy={busy} onClick={() => void run()}>
            {text.go}
          </Button>
        )
      }
    >
      {possible ? (
        <>
          <RadioCards
            label={text.format}
            value={format}
            onChange={setFormat}
            options={[
              { value: 'csv', title: text.csv, help: text.csvHelp },
              { value: 'jsonl', title: text.jsonl, help: text.jsonlHelp },
            ]}
          />
          <p className="text-muted">
            {count === undefined ? text.counting : text.count(count.count, count.partial)} {!query.flat && text.flat}{' '}
            {query.direction !== null && text.direction}
          </p>
        </>
      ) : (
        <p>{text.impossible}</p>
      )}
      {error !== undefined && (
        <Notice kind="failure" title={text.failed} live>
          {error.message}
        </Notice>
      )}
      {busy && <ExportProgress />}
    </Dialog>
  );
}

/** How far the engine has come with the file. */
function ExportProgress(): ReactElement {
  const { transport } = useConsole().client;
  const [progress, setProgress] = useState<Progress>();
  useEffect(
    () =>
      transport.subscribe({
        message: (message) => {
          if (message.kind === 'progress' && message.work === 'export') setProgress(message);
        },
        state: () => undefined,
      }),
    [transport],
  );
  const { done = 0, total = null } = progress ?? {};
  return (
    <ProgressBar
      label={text.running}
      value={total === null || total === 0 ? null : Math.min(1, done / total)}
      words={progress === undefined ? '' : text.progress(done, total)}
    />
  );
}
