import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import type { Flow } from '../../../engine/contract/flow.ts';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { flowsText } from '../../text/flows.ts';
import { ConfirmDialog, Field, Notice, Select, showToast } from '../../ui/index.ts';

const NOBODY = '';

/** Asks for whom and starts a flow by itself; open while there is a flow. */
export function RunFlow({ flow, onClose }: { readonly flow: Flow | undefined; readonly onClose: () => void }): ReactElement {
  const [, navigate] = useLocation();
  const [username, setUsername] = useState(NOBODY);
  const accounts = useQuery('accounts.list', flow === undefined ? undefined : {});
  const run = useCommand('flows.run', ['runs.']);
  const owner = flow?.owner;

  async function start(): Promise<void> {
    if (flow === undefined) return;
    const started = await run.run({ id: flow.id, ...(username === NOBODY ? {} : { username }) });
    if (started === undefined) return;
    onClose();
    showToast({
      title: flowsText.started(flow.name),
      action: { label: flowsText.showRun, onClick: () => navigate(routes.run(started.id)) },
    });
  }

  return (
    <ConfirmDialog
      open={flow !== undefined}
      onClose={() => {
        run.clearError();
        onClose();
      }}
      title={flowsText.runTitle(flow?.name ?? '')}
      confirm={flowsText.run}
      onConfirm={() => void start()}
    >
      <div className="flex flex-col gap-4">
        <p>{flowsText.runBody}</p>
        {run.error !== undefined && <Notice kind="failure">{run.error.message}</Notice>}
        {(owner === undefined || 'group' in owner) && (
          <Field label={flowsText.runUser} help={flowsText.runUserHelp} name="username">
            <Select
              options={[
                { value: NOBODY, label: flowsText.nobody },
                ...(accounts.data ?? [])
                  .filter(({ groups }) => owner === undefined || groups.some(({ name }) => 'group' in owner && name === owner.group))
                  .map((account) => ({ value: account.username, label: account.username })),
              ]}
              value={username}
              onChange={setUsername}
            />
          </Field>
        )}
      </div>
    </ConfirmDialog>
  );
}
