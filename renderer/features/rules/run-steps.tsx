import { CircleCheck, CircleX, Layers, Zap } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatDuration } from '../../text/format.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { classes } from '../../ui/classes.ts';
import type { RunNode } from './run-nodes.ts';
import { StepStatus } from './run-state.tsx';

type RunStepsProps = {
  readonly nodes: readonly RunNode[];
  /** Id of the stop whose details are shown. */
  readonly current: string | undefined;
  readonly onChoose: (id: string) => void;
};

/** The way of a run, top to bottom; a press shows the details of a stop. */
export function RunSteps({ nodes, current, onChoose }: RunStepsProps): ReactElement {
  return (
    <nav aria-label={ruleRunText.trace}>
      <ol className="flex flex-col">
        {nodes.map((node, index) => (
          <li key={node.id} className="relative flex flex-col pb-1">
            {index < nodes.length - 1 && <span aria-hidden className="absolute start-[1.1875rem] top-8 -bottom-1 w-px bg-line" />}
            <button
              type="button"
              aria-current={node.id === current ? 'true' : undefined}
              // Steps of called flows stand in by what they are called in.
              style={
                node.kind === 'step' && node.step.depth > 0 ? { paddingInlineStart: `${0.75 + node.step.depth * 1.25}rem` } : undefined
              }
              onClick={() => onChoose(node.id)}
              className={classes(
                'flex w-full items-start gap-3 rounded-control px-3 py-2 text-start',
                node.id === current ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <NodeIcon node={node} />
              <span className="flex min-w-0 flex-1 flex-col">
                <span className="font-medium [overflow-wrap:anywhere]">{node.title}</span>
                <span className="text-sm text-muted">
                  <NodeState node={node} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function NodeIcon({ node }: { readonly node: RunNode }): ReactElement {
  const look = 'mt-0.5 size-4 shrink-0';
  switch (node.kind) {
    case 'trigger':
      return <Zap aria-hidden className={classes(look, 'text-muted')} />;
    case 'gather':
      return <Layers aria-hidden className={classes(look, 'text-muted')} />;
    case 'condition':
      return node.check.matched ? (
        <CircleCheck aria-hidden className={classes(look, 'text-ok')} />
      ) : (
        <CircleX aria-hidden className={classes(look, 'text-failure')} />
      );
    case 'step':
      return (
        <span
          aria-hidden
          className="figures flex size-4 shrink-0 items-center justify-center rounded-full border border-edge text-[0.625rem] font-medium"
        >
          {node.step.index + 1}
        </span>
      );
  }
}

function NodeState({ node }: { readonly node: RunNode }): ReactElement {
  switch (node.kind) {
    case 'trigger':
      return <>{ruleRunText.trigger}</>;
    case 'gather':
      return <>{ruleRunText.gathered}</>;
    case 'condition':
      return <>{node.check.matched ? ruleRunText.held : ruleRunText.missed}</>;
    case 'step': {
      const { state, attempt, durationMs } = node.step;
      return (
        <span className="flex flex-wrap gap-x-2">
          <StepStatus state={state} />
          {attempt > 1 && <span>{ruleRunText.attempt(attempt)}</span>}
          {durationMs !== null && <span className="figures">{formatDuration(durationMs)}</span>}
        </span>
      );
    }
  }
}
