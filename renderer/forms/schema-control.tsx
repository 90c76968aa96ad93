import type { ReactElement } from 'react';
import { z } from 'zod';
import type { EventValues } from '../../engine/templates/index.ts';
import { fieldMeta } from '../../engine/contract/fields.ts';
import { formsText } from '../text/forms.ts';
import { Field, NumberInput, Select, Switch, TextInput } from '../ui/index.ts';
import type { FieldErrors } from './field-errors.ts';
import { FlowSelect } from './flow-select.tsx';
import { FolderSelect } from './folder-select.tsx';
import { ListControl } from './list-control.tsx';
import { MoreFields } from './more-fields.tsx';
import { bareSchema, bounds, choices, emptyValue, type FormField, formFields, itemSchema } from './schema-fields.ts';
import { PgpKeySelect } from './pgp-key-select.tsx';
import { StoredSecretInput } from './stored-secret-input.tsx';
import { TemplateEditor } from './template-editor.tsx';

export type SchemaControlProps = {
  readonly field: FormField;
  /** Dotted path of the field in the form. */
  readonly path: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly onBlur: () => void;
  readonly errors: FieldErrors;
  readonly sample: EventValues | undefined;
};

/** One field of a schema with its control; lists hold further ones. The value is of the field's kind, as `emptyValue` makes it. */
export function SchemaControl(props: SchemaControlProps): ReactElement {
  const { field, path, value, onChange, errors } = props;
  const { title, help, kind } = field.meta;
  if (kind === 'switch') {
    return (
      <div data-field={path}>
        <Switch label={title} help={help} checked={value === true} onChange={onChange} />
      </div>
    );
  }
  if (kind === 'list') return <ListField {...props} />;
  return (
    <Field label={title} help={help} name={path} error={errors.get(path)}>
      <SingleControl {...props} />
    </Field>
  );
}

function SingleControl({ field, value, onChange, onBlur, sample }: SchemaControlProps): ReactElement {
  const text = typeof value === 'string' ? value : '';
  switch (field.meta.kind) {
    case 'number':
      return (
        <NumberInput
          value={typeof value === 'number' ? value : null}
          onChange={onChange}
          onBlur={onBlur}
          grouping={field.meta.ungrouped !== true}
          {...bounds(field.schema)}
        />
      );
    case 'select':
      return (
        <Select
          options={choices(field.schema).map((choice) => ({ value: choice, label: formsText.choice(choice) }))}
          value={typeof value === 'string' ? value : null}
          onChange={onChange}
        />
      );
    case 'flow':
      return <FlowSelect value={typeof value === 'number' ? value : null} onChange={onChange} />;
    case 'pgp-key':
      return (
        <PgpKeySelect
          value={typeof value === 'number' ? value : null}
          onChange={onChange}
          use={field.meta.use ?? 'verify'}
          optional={field.optional}
        />
      );
    case 'folder':
      return <FolderSelect value={text} onChange={onChange} localOnly={field.meta.localOnly === true} />;
    case 'secret':
      return <StoredSecretInput value={value} onChange={onChange} onBlur={onBlur} multiline={field.meta.multiline} />;
    case 'text-template':
    case 'path-template':
      return <TemplateEditor rows={1} value={text} onChange={onChange} onBlur={onBlur} sample={sample} />;
    case 'long-template':
      return <TemplateEditor value={text} onChange={onChange} onBlur={onBlur} sample={sample} />;
    case 'html-template':
      return <TemplateEditor html value={text} onChange={onChange} onBlur={onBlur} sample={sample} />;
    case 'text':
    case 'switch':
    case 'list':
      return <TextInput value={text} onChange={onChange} onBlur={onBlur} />;
  }
}

/** A list: of single values, or of small groups of fields. */
function ListField({ field, path, value, onChange, ...rest }: SchemaControlProps): ReactElement {
  const item = itemSchema(field.schema);
  const bare = bareSchema(item);
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const { title } = field.meta;
  // Of single values nothing else would show what the item says of itself.
  const help = field.meta.help ?? (bare instanceof z.ZodObject ? undefined : fieldMeta(item)?.help);
  return (
    <ListControl
      title={title}
      help={help}
      path={path}
      error={rest.errors.get(path)}
      items={items}
      onChange={onChange}
      grouped={bare instanceof z.ZodObject}
      makeItem={() => emptyValue(item)}
      renderItem={(itemValue, index, change) =>
        bare instanceof z.ZodObject ? (
          <MoreFields
            fields={formFields(bare)}
            path={`${path}.${index}`}
            errors={rest.errors}
            renderField={(inner) => {
              const values = itemValue as Readonly<Record<string, unknown>>;
              return (
                <SchemaControl
                  {...rest}
                  field={inner}
                  path={`${path}.${index}.${inner.name}`}
                  value={values[inner.name]}
                  onChange={(next) => change({ ...values, [inner.name]: next })}
                />
              );
            }}
          />
        ) : (
          <Field hideLabel label={formsText.item(title, index + 1)} name={`${path}.${index}`} error={rest.errors.get(`${path}.${index}`)}>
            <SingleControl
              {...rest}
              field={{ name: String(index), meta: itemMeta(item, field.meta), schema: item, optional: false }}
              path={`${path}.${index}`}
              value={itemValue}
              onChange={change}
            />
          </Field>
        )
      }
    />
  );
}

/** What a list's single values are; a list of lists has no control. */
function itemMeta(item: z.ZodType, list: FormField['meta']): FormField['meta'] {
  const own = formFields(z.object({ item }))[0]?.meta;
  return own === undefined || own.kind === 'list' ? { ...list, kind: 'text' } : { ...list, ...own };
}
