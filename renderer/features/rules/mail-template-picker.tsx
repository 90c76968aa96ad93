import type { ReactElement } from 'react';
import { MAIL_TEMPLATES } from '../../../engine/contract/mail-templates.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Field, Select } from '../../ui/index.ts';

type MailTexts = { readonly subject: string; readonly text: string };

const NONE = '';

/** Fills subject and text of a mail with one of the prebuilt messages; what fits the triggers stands first. */
export function MailTemplatePicker({
  triggers,
  current,
  onChoose,
}: {
  readonly triggers: readonly string[];
  readonly current: Partial<MailTexts>;
  readonly onChoose: (texts: MailTexts) => void;
}): ReactElement {
  const fits = (of: readonly string[]): boolean => of.some((trigger) => triggers.includes(trigger));
  const sorted = MAIL_TEMPLATES.filter(({ action }) => action === undefined).sort(
    (a, b) => Number(fits(b.triggers)) - Number(fits(a.triggers)),
  );
  const chosen = MAIL_TEMPLATES.find(({ subject, text }) => subject === current.subject && text === current.text);
  return (
    <Field label={ruleFormText.mailTemplate} help={ruleFormText.mailTemplateHelp} name="mailTemplate">
      <Select
        options={[{ value: NONE, label: ruleFormText.ownMailText }, ...sorted.map(({ id, title }) => ({ value: id, label: title }))]}
        value={chosen?.id ?? NONE}
        onChange={(id) => {
          const template = MAIL_TEMPLATES.find((one) => one.id === id);
          if (template !== undefined) onChoose({ subject: template.subject, text: template.text });
        }}
      />
    </Field>
  );
}
