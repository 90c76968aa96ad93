import { ArrowDown, ArrowUp, Copy, Play, Trash2 } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Rule } from '../../../engine/contract/rule.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { RunRule } from '../../forms/machine/run-rule.tsx';
import { routes } from '../../routes.ts';
import { asAppError } from '../../rpc/client.ts';
import { useConsole } from '../../stores/console.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { ruleSentence } from '../../text/rule-sentence.ts';
import { rulesText } from '../../text/rules.ts';
import { Badge, type Column, Link, Notice, type RowAction, showToast, Sparkline, Status, Switch, Table, Time } from '../../ui/index.ts';
import { DeleteRule } from './confirm-rule.tsx';
import { copyOf, draftOf, toInput } from './draft.ts';
import { ruleState } from './rule-state.ts';
import { RunStatus } from './run-state.tsx';

type Lately = Output<'rules.summary'>[number];
type Row = { readonly rule: Rule; readonly lately: Lately | undefined };

const { columns: titles } = rulesText;

function makeColumns(now: number, setEnabled: ((rule: Rule, enabled: boolean) => void) | undefined): readonly Column<Row>[] {
  return [
    {
      id: 'rule',
      title: titles.rule,
      cell: ({ rule }) => (
        <span className="flex min-w-0 flex-col py-1.5">
          <span className="font-medium">{rule.name}</span>
          <span className="line-clamp-2 max-w-prose text-muted [overflow-wrap:anywhere]">{ruleSentence(rule)}</span>
        </span>
      ),
    },
    { id: 'state', title: titles.state, cell: ({ rule }) => <RuleStateCell rule={rule} /> },
    { id: 'lastRun', title: titles.lastRun, wideOnly: true, cell: ({ lately }) => <LastRun lately={lately} now={now} /> },
    { id: 'week', title: titles.week, wideOnly: true, cell: ({ lately }) => <Week lately={lately} /> },
    {
      id: 'on',
      title: titles.on,
      cell: ({ rule }) => (
        <span className="relative z-[1] flex">
          <Switch
            hideLabel
            label={rulesText.switchOn(rule.name)}
            checked={rule.enabled && rule.problems.length === 0}
            disabled={rule.problems.length > 0 || setEnabled === undefined}
            onChange={(enabled) => setEnabled?.(rule, enabled)}
          />
        </span>
      ),
    },
  ];
}

/** The rules in their order, each with its sentence, how it fared lately, and what can be done with it. */
export function RuleTable({ rules }: { readonly rules: readonly Rule[] }): ReactElement {
  const { client, queries } = useConsole();
  const [switchFailed, setSwitchFailed] = useState<AppError>();
  const [running, setRunning] = useState<Rule>();
  const [removing, setRemoving] = useState<Rule>();
  const [now] = useState(() => Date.now());
  const { calls } = useRights();
  const mayWrite = calls('rules.save');
  const summary = useQuery('rules.summary', {});
  const save = useCommand('rules.save', ['rules.']);
  const move = useCommand('rules.move', ['rules.']);
  const failed = switchFailed ?? save.error ?? move.error;
  const columns = useMemo(() => {
    async function setEnabled(rule: Rule, enabled: boolean): Promise<void> {
      try {
        setSwitchFailed(undefined);
        await client.call('rules.save', toInput({ ...draftOf(rule), id: rule.id, enabled }));
        showToast({ title: (enabled ? rulesText.switchedOn : rulesText.switchedOff)(rule.name) });
      } catch (thrown) {
        setSwitchFailed(asAppError(thrown));
      }
      queries.invalidate('rules.');
    }
    return makeColumns(now, mayWrite ? (rule, enabled) => void setEnabled(rule, enabled) : undefined);
  }, [client, queries, now, mayWrite]);
  const rows = rules.map((rule): Row => ({ rule, lately: summary.data?.find(({ ruleId }) => ruleId === rule.id) }));

  async function moveBy(rule: Rule, by: number): Promise<void> {
    const moved = await move.run({ id: rule.id, by });
    if (moved !== undefined) showToast({ title: rulesText.moved(rule.name, moved.findIndex(({ id }) => id === rule.id) + 1) });
  }

  async function duplicate(rule: Rule): Promise<void> {
    const copy = await save.run(toInput(copyOf(rule, rulesText.duplicateName(rule.name).slice(0, 255))));
    if (copy !== undefined) showToast({ title: rulesText.duplicated(copy.name) });
  }

  const actions = ({ rule }: Row): RowAction[] => {
    const place = rules.indexOf(rule);
    const run: RowAction = { label: rulesText.runNow, icon: Play, disabled: rule.problems.length > 0, onSelect: () => setRunning(rule) };
    const runs = calls('rules.run') ? [run] : [];
    if (!mayWrite) return runs;
    return [
      { label: rulesText.moveUp, icon: ArrowUp, quick: true, disabled: place === 0, onSelect: () => void moveBy(rule, -1) },
      {
        label: rulesText.moveDown,
        icon: ArrowDown,
        quick: true,
        disabled: place === rules.length - 1,
        onSelect: () => void moveBy(rule, 1),
      },
      { label: rulesText.duplicate, icon: Copy, onSelect: () => void duplicate(rule) },
      ...runs,
      'separator',
      { label: rulesText.remove, icon: Trash2, danger: true, onSelect: () => setRemoving(rule) },
    ];
  };

  return (
    <>
      {failed !== undefined && (
        <Notice
          kind="failure"
          live
          title={rulesText.failed}
          onDismiss={() => {
            setSwitchFailed(undefined);
            save.clearError();
            move.clearError();
          }}
        >
          {failed.message}
        </Notice>
      )}
      <Table
        label={rulesText.title}
        rows={rows}
        columns={columns}
        rowId={({ rule }) => String(rule.id)}
        rowName={({ rule }) => rule.name}
        rowHref={({ rule }) => routes.rule(rule.id)}
        actions={actions}
      />
      <RunRule rule={running} onClose={() => setRunning(undefined)} />
      <DeleteRule rule={removing} onClose={() => setRemoving(undefined)} />
    </>
  );
}

function RuleStateCell({ rule }: { readonly rule: Rule }): ReactElement {
  const { kind, word } = ruleState(rule);
  return (
    <span className="flex flex-col py-1.5 @md:wrap-normal">
      <Status kind={kind}>{word}</Status>
      {rule.problems.length > 0 && <span className="text-muted">{rulesText.problems(rule.problems.length)}</span>}
      {rule.pausedAt !== null && <span className="text-muted">{rulesText.pausedBy(rule.failuresInRow)}</span>}
    </span>
  );
}

function LastRun({ lately, now }: { readonly lately: Lately | undefined; readonly now: number }): ReactElement | null {
  if (lately === undefined) return null;
  if (lately.lastRun === null) return <span className="text-muted">{rulesText.never}</span>;
  const { id, createdAt, state } = lately.lastRun;
  return (
    <span className="relative z-[1] flex flex-col items-start py-1.5 whitespace-nowrap">
      <RunStatus state={state} />
      <Link quiet href={routes.run(id)}>
        <span className="text-muted">
          <Time at={createdAt} show="relative" now={now} />
        </span>
      </Link>
    </span>
  );
}

function Week({ lately }: { readonly lately: Lately | undefined }): ReactElement | null {
  if (lately === undefined) return null;
  const runs = lately.runsPerDay.reduce((sum, count) => sum + count, 0);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Sparkline values={lately.runsPerDay} label={rulesText.runs7Days(runs)} />
      {lately.failed7Days > 0 && <Badge tone="failure">{rulesText.failures(lately.failed7Days)}</Badge>}
    </span>
  );
}
