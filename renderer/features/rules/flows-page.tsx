import { ListTree, Pencil, Play, Plus, Trash2 } from 'lucide-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { Flow, SavedAction } from '../../../engine/contract/flow.ts';
import { LookOnly } from '../../forms/changeable.tsx';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { flowsText } from '../../text/flows.ts';
import { ruleSentence } from '../../text/rule-sentence.ts';
import {
  type Column,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  Link,
  Notice,
  PageHeader,
  showToast,
  Skeleton,
  Status,
  Table,
} from '../../ui/index.ts';
import { EditAction } from './edit-action.tsx';
import { RunFlow } from './run-flow.tsx';

const { columns: titles } = flowsText;

const COLUMNS: readonly Column<Flow>[] = [
  {
    id: 'flow',
    title: titles.flow,
    cell: (flow) => (
      <span className="flex min-w-0 flex-col py-1.5">
        <span className="font-medium">{flow.name}</span>
        <span className="line-clamp-2 max-w-prose text-muted [overflow-wrap:anywhere]">{flowSentence(flow)}</span>
      </span>
    ),
  },
  { id: 'state', title: titles.state, cell: ({ problems }) => <StateCell problems={problems.length} /> },
  { id: 'usedBy', title: titles.usedBy, wideOnly: true, cell: ({ usedBy }) => usersOf(usedBy) },
];

const ACTION_COLUMNS: readonly Column<SavedAction>[] = [
  {
    id: 'action',
    title: flowsText.actionsTitle,
    cell: ({ name, action, config }) => (
      <span className="flex min-w-0 flex-col py-1.5">
        <span className="font-medium">{name}</span>
        <span className="line-clamp-2 max-w-prose text-muted [overflow-wrap:anywhere]">
          {ruleSentence({ triggers: [], steps: [{ action, config, failureAction: false }] })}
        </span>
      </span>
    ),
  },
  { id: 'state', title: titles.state, cell: ({ problems }) => <StateCell problems={problems.length} /> },
  { id: 'usedBy', title: titles.usedBy, wideOnly: true, cell: ({ usedBy }) => usersOf(usedBy) },
];

/** The flows and the saved actions, what uses them, and what can be done with them. */
export function FlowsPage(): ReactElement {
  const flows = useQuery('flows.list', {});
  const mayWrite = useRights().calls('flows.save');
  return (
    <Page>
      <PageHeader
        back={<Link href={routes.rules()}>{flowsText.backToRules}</Link>}
        title={flowsText.title}
        sentence={flowsText.sentence}
        action={
          mayWrite && (
            <Link href={routes.newFlow()} button="primary">
              <Plus aria-hidden className="size-4" />
              {flowsText.create}
            </Link>
          )
        }
      />
      <LookOnly by="flows.save" />
      {flows.data !== undefined ? (
        <FlowTable flows={flows.data} />
      ) : flows.error === undefined ? (
        <Skeleton rows={4} shape="row" />
      ) : (
        <ErrorState title={flowsText.cannotRead} error={flows.error} effect={flowsText.effect} onRetry={flows.reload} />
      )}
      <SavedActions />
    </Page>
  );
}

function FlowTable({ flows }: { readonly flows: readonly Flow[] }): ReactElement {
  const [running, setRunning] = useState<Flow>();
  const [removing, setRemoving] = useState<Flow>();
  const { calls } = useRights();
  const remove = useCommand('flows.delete', ['flows.']);
  if (flows.length === 0) {
    return (
      <EmptyState icon={ListTree} title={flowsText.empty}>
        {flowsText.emptyBody}
      </EmptyState>
    );
  }
  return (
    <>
      {remove.error !== undefined && (
        <Notice kind="failure" live title={flowsText.failed} onDismiss={remove.clearError}>
          {remove.error.message}
        </Notice>
      )}
      <Table
        label={flowsText.title}
        rows={flows}
        columns={COLUMNS}
        rowId={({ id }) => String(id)}
        rowName={({ name }) => name}
        rowHref={({ id }) => routes.flow(id)}
        actions={(flow) => [
          ...(calls('flows.run')
            ? [{ label: flowsText.run, icon: Play, quick: true, disabled: flow.problems.length > 0, onSelect: () => setRunning(flow) }]
            : []),
          ...(calls('flows.delete')
            ? (['separator', { label: flowsText.remove, icon: Trash2, danger: true, onSelect: () => setRemoving(flow) }] as const)
            : []),
        ]}
      />
      <RunFlow flow={running} onClose={() => setRunning(undefined)} />
      <Removal
        name={removing?.name}
        onClose={() => setRemoving(undefined)}
        onConfirm={async () => {
          if (removing === undefined) return;
          setRemoving(undefined);
          const gone = await remove.run({ id: removing.id });
          if (gone !== undefined) showToast({ title: flowsText.removed(gone.name) });
        }}
      />
    </>
  );
}

function SavedActions(): ReactElement | null {
  const actions = useQuery('actions.list', {});
  const mayWrite = useRights().calls('actions.save');
  const remove = useCommand('actions.delete', ['actions.']);
  const [removing, setRemoving] = useState<SavedAction>();
  const [editing, setEditing] = useState<SavedAction>();
  if (actions.data === undefined) return null;
  return (
    <section aria-labelledby="saved-actions" className="flex flex-col gap-4">
      <div>
        <h2 id="saved-actions" className="text-lg font-semibold">
          {flowsText.actionsTitle}
        </h2>
        <p className="text-muted">{actions.data.length === 0 ? flowsText.noActions : flowsText.actionsSentence}</p>
      </div>
      {remove.error !== undefined && (
        <Notice kind="failure" live title={flowsText.failed} onDismiss={remove.clearError}>
          {remove.error.message}
        </Notice>
      )}
      {actions.data.length > 0 && (
        <Table
          label={flowsText.actionsTitle}
          rows={actions.data}
          columns={ACTION_COLUMNS}
          rowId={({ id }) => String(id)}
          rowName={({ name }) => name}
          actions={(action) =>
            mayWrite
              ? [
                  { label: flowsText.edit, icon: Pencil, quick: true, onSelect: () => setEditing(action) },
                  'separator',
                  { label: flowsText.remove, icon: Trash2, danger: true, onSelect: () => setRemoving(action) },
                ]
              : []
          }
        />
      )}
      {editing !== undefined && <EditAction key={editing.id} action={editing} onClose={() => setEditing(undefined)} />}
      <Removal
        name={removing?.name}
        onClose={() => setRemoving(undefined)}
        onConfirm={async () => {
          if (removing === undefined) return;
          setRemoving(undefined);
          const gone = await remove.run({ id: removing.id });
          if (gone !== undefined) showToast({ title: flowsText.removed(gone.name) });
        }}
      />
    </section>
  );
}

function Removal({
  name,
  onClose,
  onConfirm,
}: {
  readonly name: string | undefined;
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<void>;
}): ReactElement {
  return (
    <ConfirmDialog
      open={name !== undefined}
      onClose={onClose}
      title={flowsText.removeTitle(name ?? '')}
      confirm={flowsText.removeConfirm}
      danger
      onConfirm={() => void onConfirm()}
    >
      {flowsText.removeBody}
    </ConfirmDialog>
  );
}

function StateCell({ problems }: { readonly problems: number }): ReactElement {
  return problems === 0 ? <Status kind="ok">{flowsText.complete}</Status> : <Status kind="warning">{flowsText.incomplete}</Status>;
}

/** A flow as one plain sentence. */
export function flowSentence({ steps, onError }: Pick<Flow, 'steps' | 'onError'>): string {
  return ruleSentence({
    triggers: [],
    steps: [...steps.map((step) => ({ ...step, failureAction: false })), ...onError.map((step) => ({ ...step, failureAction: true }))],
  });
}

function usersOf(usedBy: Flow['usedBy']): string {
  return usedBy.length === 0 ? flowsText.unused : flowsText.usedBy(usedBy.map(({ name }) => name));
}

function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">{children}</div>;
}
