import { Plus, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Permission } from '../../../engine/contract/access.ts';
import { PARTNER_TEMPLATES, type PartnerTemplate, templateOf } from '../../forms/partner/templates.ts';
import { partnerFormText } from '../../text/partner-form.ts';
import { partnersText, RIGHT_WORDS } from '../../text/partners.ts';
import { Button, Checkbox, Disclosure, Field, IconButton, Select, TextInput } from '../../ui/index.ts';
import { includesRight, OTHER_RIGHTS, USUAL_RIGHTS, withRight } from './rights.ts';

const text = partnersText.folders;

/** What may be done in one folder and below it. */
export type FolderRule = { readonly path: string; readonly rights: Permission[] };

const TEMPLATES = [
  ...(Object.keys(PARTNER_TEMPLATES) as PartnerTemplate[]).map((value) => ({ value, label: partnerFormText.templates[value].title })),
  { value: 'custom' as const, label: text.custom },
];

/** Rights by folder. The rule of the top folder stays, unless `canBeEmpty`, as for a group that says nothing about it. */
export function FolderRules({
  rules,
  onChange,
  error,
  pathErrors,
  intro,
  canBeEmpty = false,
}: {
  readonly rules: readonly FolderRule[];
  readonly onChange: (rules: FolderRule[]) => void;
  readonly error: string | undefined;
  readonly pathErrors: readonly (string | undefined)[];
  readonly intro: string;
  readonly canBeEmpty?: boolean;
}): ReactElement {
  const change = (index: number, rule: FolderRule): void => onChange(rules.map((other, at) => (at === index ? rule : other)));
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-prose text-muted">{intro}</p>
      {error !== undefined && <p className="text-failure">{error}</p>}
      {rules.map((rule, index) => (
        <fieldset key={index} className="flex flex-col gap-4 rounded-panel border border-line bg-surface p-4">
          <legend className="sr-only">{rule.path}</legend>
          <div className="flex items-start gap-3">
            <div className="flex-1">
              {rule.path === '/' && index === 0 && !canBeEmpty ? (
                <p className="font-medium">{text.root}</p>
              ) : (
                <Field label={text.path} help={text.pathHelp} error={pathErrors[index]}>
                  <TextInput value={rule.path} mono onChange={(path) => change(index, { ...rule, path })} />
                </Field>
              )}
            </div>
            <Select
              small
              aria-label={text.template}
              options={TEMPLATES}
              value={templateOf(rule.rights) ?? 'custom'}
              onChange={(template) => {
                if (template !== 'custom') change(index, { ...rule, rights: [...PARTNER_TEMPLATES[template]] });
              }}
            />
            {(rule.path !== '/' || canBeEmpty) && (
              <IconButton icon={Trash2} name={text.remove(rule.path)} onClick={() => onChange(rules.filter((_, at) => at !== index))} />
            )}
          </div>
          <Rights rights={rule.rights} onChange={(rights) => change(index, { ...rule, rights })} />
        </fieldset>
      ))}
      <div>
        <Button icon={Plus} onClick={() => onChange([...rules, { path: rules.length === 0 ? '/' : '/inbox', rights: ['list', 'upload'] }])}>
          {text.add}
        </Button>
      </div>
    </div>
  );
}

function Rights({
  rights,
  onChange,
}: {
  readonly rights: readonly Permission[];
  readonly onChange: (rights: Permission[]) => void;
}): ReactElement {
  const [othersOpen, setOthersOpen] = useState(false);
  const box = (right: Exclude<Permission, '*'>): ReactElement => (
    <Checkbox
      key={right}
      label={RIGHT_WORDS[right]}
      checked={includesRight(rights, right)}
      onChange={(on) => onChange(withRight(rights, right, on))}
    />
  );
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-x-5 gap-y-2">{USUAL_RIGHTS.map(box)}</div>
      <Disclosure title={text.more} open={othersOpen} onOpenChange={setOthersOpen}>
        <div className="flex flex-wrap gap-x-5 gap-y-2">{OTHER_RIGHTS.map(box)}</div>
      </Disclosure>
    </div>
  );
}
