import { FileQuestion, Play } from 'lucide-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Flow, flowInputSchema, type FlowInput } from '../../../engine/contract/flow.ts';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { flowsText } from '../../text/flows.ts';
import {
  Button,
  EmptyState,
  ErrorState,
  Field,
  Link,
  Notice,
  NumberInput,
  PageHeader,
  Select,
  showToast,
  Skeleton,
  TextArea,
  TextInput,
} from '../../ui/index.ts';
import { ActionsPart } from './actions-part.tsx';
import { type DraftStep, newDraft, withKeys } from './draft.ts';
import { byField, focusProblem, placeInFlow } from './form-problems.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import { LastRuns } from './last-runs.tsx';
import { RunFlow } from './run-flow.tsx';
import { ProblemList } from './save-part.tsx';

/** One flow, or a new one: its actions in order, what is done when one fails, and its limits. */
export function FlowPage(): ReactElement {
  const { id = '' } = useParams();
  const number = /^[1-9]\d*$/.test(id) ? Number(id) : undefined;
  const flow = useQuery('flows.get', number === undefined ? undefined : { id: number });
  if (id === 'new') return <Editor key="new" flow={undefined} />;
  if (flow.data !== undefined) return <Editor key={`${flow.data.id}/${flow.data.version}`} flow={flow.data} />;
  return (
    <Page>
      <PageHeader back={<Link href={routes.flows()}>{flowsText.back}</Link>} title={flowsText.title} />
      {number === undefined || flow.error?.code === 'not_found' ? (
        <EmptyState icon={FileQuestion} title={flowsText.notFound}>
          {flowsText.notFoundBody}
        </EmptyState>
      ) : flow.error === undefined ? (
        <Skeleton rows={8} />
      ) : (
        <ErrorState title={flowsText.cannotRead} error={flow.error} effect={flowsText.effect} onRetry={flow.reload} />
      )}
    </Page>
  );
}

type Draft = Omit<FlowInput, 'steps' | 'onError'> & { readonly steps: readonly DraftStep[]; readonly onError: readonly DraftStep[] };

const BLANK: Omit<Draft, 'name'> = { description: '', instances: 'many', steps: [], onError: [] };
const INSTANCES = (['many', 'wait', 'skip'] as const).map((value) => ({ value, label: flowsText.instance[value] }));
const NOBODY = '';

function draftOf({ name, description, owner, maxSeconds, instances, steps, onError }: Flow): Draft {
  return {
    name,
    description,
    instances,
    ...(owner === undefined ? {} : { owner }),
    ...(maxSeconds === undefined ? {} : { maxSeconds }),
    steps: withKeys(steps),
    onError: withKeys(onError),
  };
}

/** What the engine is given, or undefined where the contract would refuse it. */
function toInput(draft: Draft, id: number | undefined): FlowInput {
  const content = { ...draft, name: draft.name.trim(), steps: draft.steps.map(bare), onError: draft.onError.map(bare) };
  return { ...content, ...(id === undefined ? {} : { id }) };
}

function bare({ key: _key, failureAction: _failureAction, sync: _sync, ...step }: DraftStep): FlowInput['steps'][number] {
  return step;
}

function Editor({ flow }: { readonly flow: Flow | undefined }): ReactElement {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<Draft>(() => (flow === undefined ? { ...BLANK, name: '' } : draftOf(flow)));
  const [tried, setTried] = useState(false);
  const [running, setRunning] = useState(false);
  const save = useCommand('flows.save', ['flows.', 'rules.']);
  const accounts = useQuery('accounts.list', {});
  const groups = useQuery('groups.list', {});
  const change = (next: Partial<Draft>): void => setDraft((now) => ({ ...now, ...next }));
  const checked = flowInputSchema.safeParse(toInput(draft, flow?.id));
  const wrong = (checked.error?.issues ?? []).map(({ path, message }) => ({ field: path.join('.'), message }));
  const problems = tried ? wrong : (flow?.problems ?? []);
  const errors = byField(problems);

  async function store(): Promise<void> {
    setTried(true);
    if (!checked.success) return;
    const saved = await save.run(checked.data);
    if (saved === undefined) return;
    showToast({ title: flowsText.saved });
    navigate(routes.flow(saved.id));
  }

  return (
    <Page>
      <PageHeader
        back={<Link href={routes.flows()}>{flowsText.back}</Link>}
        title={flow?.name ?? flowsText.newTitle}
        sentence={
          flow === undefined || flow.usedBy.length === 0
            ? undefined
            : `${flowsText.columns.usedBy}: ${flowsText.usedBy(flow.usedBy.map(({ name }) => name))}`
        }
        action={
          flow === undefined ? undefined : (
            <Button icon={Play} disabled={flow.problems.length > 0} onClick={() => setRunning(true)}>
              {flowsText.run}
            </Button>
          )
        }
      />
      {save.error !== undefined && (
        <Notice kind="failure" live title={flowsText.failed} onDismiss={save.clearError}>
          {save.error.message}
        </Notice>
      )}
      <ProblemList problems={problems} body={flowsText.problemsBody} place={placeInFlow} onGo={focusProblem} />
      <div className="flex max-w-form flex-col gap-8" data-rule-form>
        <Field label={flowsText.name} name="name" error={errors.get('name')}>
          <TextInput value={draft.name} maxLength={255} onChange={(name) => change({ name })} />
        </Field>
        <Field label={flowsText.description} name="description">
          <TextArea value={draft.description} maxLength={4096} rows={2} onChange={(description) => change({ description })} />
        </Field>
        <Branch
          list="steps"
          title={flowsText.stepsTitle}
          help={flowsText.stepsHelp}
          steps={draft.steps}
          errors={errors}
          onChange={(steps) => change({ steps })}
        />
        <Branch
          list="onError"
          title={flowsText.onErrorTitle}
          help={flowsText.onErrorHelp}
          steps={draft.onError}
          errors={shifted(errors, 'onError')}
          onChange={(onError) => change({ onError })}
        />
        <section aria-label={flowsText.limits} className="grid gap-4 sm:grid-cols-2">
          <Field
            label={flowsText.owner}
            help={flowsText.ownerHelp}
            name="owner"
            error={errors.get('owner.user') ?? errors.get('owner.group')}
          >
            <Select
              options={[
                { value: NOBODY, label: flowsText.everybody },
                ...(accounts.data ?? []).map(({ username }) => ({ value: ownerKey({ user: username }), label: username })),
                ...(groups.data ?? []).map(({ name }) => ({ value: ownerKey({ group: name }), label: flowsText.groupOwner(name) })),
              ]}
              value={ownerKey(draft.owner)}
              onChange={(key) => setDraft(({ owner: _owner, ...rest }) => ({ ...rest, ...ownerOf(key) }))}
            />
          </Field>
          <Field label={flowsText.instances} name="instances">
            <Select options={INSTANCES} value={draft.instances} onChange={(instances) => change({ instances })} />
          </Field>
          <Field label={flowsText.maxTime} help={flowsText.maxTimeHelp} name="maxSeconds" error={errors.get('maxSeconds')}>
            <NumberInput
              value={draft.maxSeconds ?? null}
              min={1}
              max={604_800}
              unit={flowsText.seconds}
              onChange={(seconds) =>
                setDraft(({ maxSeconds: _seconds, ...rest }) => (seconds === null ? rest : { ...rest, maxSeconds: seconds }))
              }
            />
          </Field>
        </section>
        <div>
          <Button kind="primary" busy={save.busy} onClick={() => void store()}>
            {flowsText.save}
          </Button>
        </div>
        {flow !== undefined && <LastRuns flowId={flow.id} />}
      </div>
      <RunFlow flow={running ? flow : undefined} onClose={() => setRunning(false)} />
    </Page>
  );
}

function Branch({
  list,
  title,
  help,
  steps,
  errors,
  onChange,
}: {
  readonly list: 'steps' | 'onError';
  readonly title: string;
  readonly help: string;
  readonly steps: readonly DraftStep[];
  readonly errors: FieldErrors;
  readonly onChange: (steps: readonly DraftStep[]) => void;
}): ReactElement {
  const draft = { ...newDraft(), steps };
  return (
    <section aria-label={title} data-branch={list} className="flex flex-col gap-4">
      <div className="border-b border-line pb-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        <p className="text-sm text-muted">{help}</p>
      </div>
      <ActionsPart
        inFlow
        draft={draft}
        errors={errors}
        sample={undefined}
        onChange={(next) => onChange((typeof next === 'function' ? next(draft) : next).steps)}
      />
    </section>
  );
}

/** The problems of another list as those of `steps`, which the cards look for. */
function shifted(errors: FieldErrors, list: string): FieldErrors {
  return new Map(
    [...errors].flatMap(([field, message]) =>
      field === list || field.startsWith(`${list}.`) ? [[field.replace(list, 'steps'), message] as const] : [],
    ),
  );
}

function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">{children}</div>;
}

/** An owner as a value of the choice. */
function ownerKey(owner: Flow['owner']): string {
  if (owner === undefined) return NOBODY;
  return 'user' in owner ? `user ${owner.user}` : `group ${owner.group}`;
}

function ownerOf(key: string): Pick<Flow, 'owner'> {
  const [, kind, name = ''] = /^(user|group) (.*)$/.exec(key) ?? [];
  return kind === 'user' ? { owner: { user: name } } : kind === 'group' ? { owner: { group: name } } : {};
}
