import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { findAction } from '../../../engine/actions/catalog.ts';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { SchemaForm, TemplateEditor } from '../../forms/index.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Badge, Checkbox, Disclosure, Field, IconButton, Notice, NumberInput, Select, TextInput } from '../../ui/index.ts';
import { ActionTest } from './action-test.tsx';
import { type DraftStep, stepTitle, waitedFor } from './draft.ts';
import { below } from './form-problems.ts';
import { MailServer } from './mail-server.tsx';
import { MailTemplatePicker } from './mail-template-picker.tsx';
import { PartError } from './part-error.tsx';
import { eventValues } from './sample.ts';
import { SaveAction, SavedNotice } from './saved-action.tsx';

export type StepCardProps = {
  readonly step: DraftStep;
  readonly index: number;
  readonly last: boolean;
  readonly inFlow: boolean;
  readonly ruleId: number | undefined;
  readonly triggers: readonly string[];
  readonly sample: StoredEvent | undefined;
  readonly errors: FieldErrors;
  readonly warnings?: FieldErrors | undefined;
  readonly onChange: (step: DraftStep) => void;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
};

/** One action with its settings, and what happens when it fails. */
export function StepCard(props: StepCardProps): ReactElement {
  const { step, index, last, triggers, sample, errors, onChange, onMove, onRemove } = props;
  const definition = findAction(step.action);
  const values = useMemo(() => (sample === undefined ? undefined : eventValues(sample, triggers)), [sample, triggers]);
  const title = stepTitle(step);
  const path = `steps.${index}`;
  const sendsMail = step.action === 'email' || definition?.asksCode === true;
  const warning = props.warnings?.get(`${path}.timeoutSeconds`);
  return (
    <li data-step={index} className="flex flex-col gap-5 rounded-panel border border-line bg-surface p-4">
      <div className="flex flex-col gap-1">
        <div className="flex items-start gap-2">
          <h3 tabIndex={-1} className="min-w-0 flex-1 font-semibold break-words">
            {ruleFormText.actionTitle(index + 1, title)}
          </h3>
          <RepeatBadge step={step} />
          <IconButton icon={ArrowUp} name={ruleFormText.moveUp(title)} disabled={index === 0} onClick={() => onMove(-1)} />
          <IconButton icon={ArrowDown} name={ruleFormText.moveDown(title)} disabled={last} onClick={() => onMove(1)} />
          <IconButton icon={Trash2} name={ruleFormText.removeAction(title)} onClick={onRemove} />
        </div>
        {definition !== undefined && <p className="text-sm text-muted">{definition.description}</p>}
        <PartError>{errors.get(`${path}.action`) ?? errors.get(`${path}.savedAction`)}</PartError>
      </div>
      {step.action === 'email' && step.savedAction === undefined && (
        <MailTemplatePicker
          triggers={triggers}
          current={step.config}
          onChoose={(texts) => onChange({ ...step, config: { ...step.config, ...texts } })}
        />
      )}
      {step.savedAction !== undefined && <SavedNotice step={step} onChange={onChange} />}
      {definition === undefined ? (
        <Notice kind="warning">{ruleFormText.unknownAction}</Notice>
      ) : step.savedAction !== undefined ? null : (
        <SchemaForm
          schema={definition.config}
          value={step.config}
          onChange={(config) => onChange({ ...step, config })}
          problems={below(errors, `${path}.config`)}
          sample={values}
        />
      )}
      {!props.inFlow && (step.sync || triggers.every((id) => findTrigger(id)?.sync !== 'never')) && !step.failureAction && (
        <div data-field={`${path}.sync`} className="flex flex-col gap-1">
          <Checkbox
            label={ruleFormText.sync}
            help={ruleFormText.syncHelp}
            checked={step.sync}
            onChange={(sync) => onChange(waitedFor(step, sync))}
          />
          <PartError>{errors.get(`${path}.sync`)}</PartError>
        </div>
      )}
      {warning !== undefined && <Notice kind="warning">{warning}</Notice>}
      {sendsMail && <MailServer />}
      <FailureSettings step={step} path={path} errors={errors} onChange={onChange} inFlow={props.inFlow} />
      {definition !== undefined && definition.control === undefined && definition.asksCode === undefined && (
        <ActionTest step={step} ruleId={props.ruleId} sample={sample} />
      )}
      {definition !== undefined && step.savedAction === undefined && <SaveAction step={step} onChange={onChange} />}
    </li>
  );
}

function RepeatBadge({ step }: { readonly step: DraftStep }): ReactElement | null {
  const definition = findAction(step.action);
  const parsed = definition?.config.safeParse(step.config);
  if (definition === undefined || parsed?.success !== true) return null;
  const isSafe = definition.repeatSafe(parsed.data);
  return (
    <span title={isSafe ? ruleFormText.repeatSafeHelp : ruleFormText.onceOnlyHelp} className="pt-1">
      <Badge tone={isSafe ? 'ok' : 'neutral'}>{isSafe ? ruleFormText.repeatSafe : ruleFormText.onceOnly}</Badge>
    </span>
  );
}

const AFTER_FAILURE = [
  { value: 'continue', label: ruleFormText.continueAfter },
  { value: 'stop', label: ruleFormText.stopAfter },
] as const;

function FailureSettings({
  step,
  path,
  errors,
  inFlow,
  onChange,
}: {
  readonly step: DraftStep;
  readonly path: string;
  readonly inFlow: boolean;
  readonly errors: FieldErrors;
  readonly onChange: (step: DraftStep) => void;
}): ReactElement {
  const isUsed = step.stopOnFailure || step.failureAction || step.onlyWhen !== '' || step.retries > 0 || step.name !== '';
  return (
    <Disclosure title={ruleFormText.more} defaultOpen={isUsed}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={ruleFormText.onFailure} name="stopOnFailure">
          <Select
            options={AFTER_FAILURE}
            value={step.stopOnFailure ? 'stop' : 'continue'}
            onChange={(choice) => onChange({ ...step, stopOnFailure: choice === 'stop' })}
          />
        </Field>
        <Field label={ruleFormText.retries} name="retries" error={errors.get(`${path}.retries`)}>
          <NumberInput
            value={step.retries}
            min={0}
            max={20}
            unit={ruleFormText.retriesUnit}
            onChange={(retries) => onChange({ ...step, retries: retries ?? 0 })}
          />
        </Field>
        {step.retries > 0 && (
          <Field
            label={ruleFormText.retryDelay}
            help={ruleFormText.retryDelayHelp}
            name="retryDelaySeconds"
            error={errors.get(`${path}.retryDelaySeconds`)}
          >
            <NumberInput
              value={step.retryDelaySeconds}
              min={1}
              max={3600}
              unit={ruleFormText.seconds}
              onChange={(seconds) => onChange({ ...step, retryDelaySeconds: seconds ?? 10 })}
            />
          </Field>
        )}
        <Field label={ruleFormText.timeout} name="timeoutSeconds" error={errors.get(`${path}.timeoutSeconds`)}>
          <NumberInput
            value={step.timeoutSeconds}
            min={1}
            max={86_400}
            unit={ruleFormText.seconds}
            onChange={(seconds) => onChange({ ...step, timeoutSeconds: seconds ?? 60 })}
          />
        </Field>
      </div>
      {!inFlow && (
        <Checkbox
          label={ruleFormText.failureAction}
          help={ruleFormText.failureActionHelp}
          checked={step.failureAction}
          onChange={(failureAction) => onChange({ ...step, failureAction })}
        />
      )}
      <Field label={ruleFormText.onlyWhen} help={ruleFormText.onlyWhenHelp} name="onlyWhen" error={errors.get(`${path}.onlyWhen`)}>
        <TemplateEditor rows={1} value={step.onlyWhen} onChange={(onlyWhen) => onChange({ ...step, onlyWhen })} />
      </Field>
      <Field label={ruleFormText.stepName} help={ruleFormText.stepNameHelp} name="name">
        <TextInput value={step.name} maxLength={255} onChange={(name) => onChange({ ...step, name })} />
      </Field>
    </Disclosure>
  );
}
