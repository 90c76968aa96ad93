import { createContext, Fragment, type ReactElement, type ReactNode, use, useState } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { Changeable } from '../../forms/changeable.tsx';
import { fieldWords } from '../../forms/field-words.ts';
import { ErrorSummary } from '../../forms/index.ts';
import { useCommand } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { settingFields, settingsText } from '../../text/settings.ts';
import { Button, ErrorState, showToast } from '../../ui/index.ts';
import { changeSetting, changesOf, forgetChanges, problemsOf, useChanges } from './changes.ts';
import { ConfirmIdentity } from '../../forms/confirm-identity.tsx';
import { bySection, settingAt, type SettingPath } from './setting-paths.ts';

/** A form as its fields see it. */
export type SettingsFormState = {
  readonly value: (path: SettingPath) => unknown;
  readonly change: (path: SettingPath, value: unknown) => void;
  readonly error: (path: SettingPath) => string | undefined;
  /** A field's text cannot be read, so that its value is an older one: nothing is saved before that is put right. */
  readonly report: (path: SettingPath, problem: string | undefined) => void;
};

const FormContext = createContext<SettingsFormState | undefined>(undefined);

/** Throws outside of a SettingsForm: a defect. */
export function useSettingsForm(): SettingsFormState {
  const form = use(FormContext);
  if (form === undefined) throw new Error('There is no SettingsForm above this field.');
  return form;
}

type SettingsFormProps = {
  readonly settings: Settings;
  /** Those that the form shows and saves. */
  readonly paths: readonly SettingPath[];
  readonly children: ReactNode;
};

/** Some settings with the changes on top of them, saved together. Errors stand at their fields and in a summary. */
export function SettingsForm({ settings, paths, children }: SettingsFormProps): ReactElement {
  const changes = changesOf(useChanges(), paths);
  const { calls } = useRights();
  const save = useCommand('settings.save', ['settings.', 'setup.get']);
  const [attempt, setAttempt] = useState(0);
  const [unreadable, setUnreadable] = useState<Partial<Record<SettingPath, string>>>({});
  const [generation, setGeneration] = useState(0);
  const isChanged = Object.keys(changes).length + Object.keys(unreadable).length > 0;

  const found = new Map([...problemsOf(settings, changes), ...(Object.entries(unreadable) as [SettingPath, string][])]);
  const refused = paths.find((path) => save.error?.field === path || save.error?.field?.startsWith(`${path}.`) === true);
  if (refused !== undefined && save.error !== undefined && save.error.code !== 'forbidden') found.set(refused, fieldWords(save.error));
  const errors = attempt === 0 ? [] : paths.flatMap((path) => errorAt(path, found.get(path)));

  async function submit(): Promise<void> {
    setAttempt(attempt + 1);
    if (problemsOf(settings, changes).size > 0 || Object.keys(unreadable).length > 0) return;
    if ((await save.run(bySection(changes))) === undefined) return;
    forgetChanges(paths);
    setAttempt(0);
    showToast({ title: settingsText.saved });
  }

  const form: SettingsFormState = {
    value: (path) => (path in changes ? changes[path] : settingAt(settings, path)),
    change(path, value) {
      save.clearError();
      changeSetting(settings, path, value);
    },
    error: (path) => (attempt === 0 ? unreadable[path] : found.get(path)),
    report: (path, problem) =>
      setUnreadable((before) => {
        const others = Object.entries(before).filter(([other]) => other !== path);
        return Object.fromEntries(problem === undefined ? others : [...others, [path, problem]]);
      }),
  };

  const needsConfirmation = save.error?.code === 'forbidden';
  return (
    <form
      noValidate
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <ErrorSummary errors={errors} attempt={attempt} />
      <FormContext value={form}>
        <Changeable by="settings.save">
          <Fragment key={generation}>{children}</Fragment>
        </Changeable>
      </FormContext>
      {save.error !== undefined && refused === undefined && !needsConfirmation && (
        <ErrorState title={settingsText.saveFailed} error={save.error} effect={settingsText.saveFailedEffect} />
      )}
      {calls('settings.save') && (
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" kind="primary" disabled={!isChanged} busy={save.busy}>
            {settingsText.save}
          </Button>
          {isChanged && (
            <Button
              kind="ghost"
              onClick={() => {
                forgetChanges(paths);
                save.clearError();
                setAttempt(0);
                setUnreadable({});
                // Texts that could not be read are kept by their fields: new fields forget them.
                setGeneration(generation + 1);
              }}
            >
              {settingsText.discard}
            </Button>
          )}
          <span role="status" className="text-sm text-muted">
            {isChanged && settingsText.hasChanges}
          </span>
        </div>
      )}
      {needsConfirmation && (
        <ConfirmIdentity
          onClose={() => {
            save.clearError();
          }}
          onConfirmed={() => {
            void submit();
          }}
        />
      )}
    </form>
  );
}

function errorAt(path: SettingPath, message: string | undefined): { field: string; title: string; message: string }[] {
  return message === undefined ? [] : [{ field: path, title: settingFields[path].label, message }];
}
