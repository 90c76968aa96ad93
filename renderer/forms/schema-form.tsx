import { zodResolver } from '@hookform/resolvers/zod';
import { type ReactElement, type ReactNode, type Ref, useImperativeHandle, useState } from 'react';
import { type Control, type Resolver, useController, useForm } from 'react-hook-form';
import type { z } from 'zod';
import type { EventValues } from '../../engine/templates/index.ts';
import { ErrorSummary } from './error-summary.tsx';
import { type FieldErrors, flatErrors } from './field-errors.ts';
import { plainIssue } from './issue-text.ts';
import { MoreFields } from './more-fields.tsx';
import { SchemaControl } from './schema-control.tsx';
import { fieldTitle, type FormField, formFields, givenValues, initialValues } from './schema-fields.ts';

export type SchemaFormHandle = {
  /** Checks everything. False: errors stand at their fields and in the summary, which has the focus. */
  readonly validate: () => Promise<boolean>;
};

export type SchemaFormProps = {
  /** Made with engine/contract/fields.ts, such as the `config` of an action. */
  readonly schema: z.ZodObject;
  /** What the form begins with. Later changes from outside need another `key`. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Called at every change with what is entered, valid or not; empty optional fields are left out. */
  readonly onChange: (value: Record<string, unknown>) => void;
  /** What the engine found wrong, by dotted path within the schema. */
  readonly problems?: readonly { readonly field: string; readonly message: string }[] | undefined;
  /** The event that template previews use. */
  readonly sample?: EventValues | undefined;
  /** After the fields, such as a button that saves. */
  readonly children?: ReactNode;
  readonly ref?: Ref<SchemaFormHandle> | undefined;
};

/** A form that follows from a schema. Errors appear when a field is left, and all of them when `validate` is called. */
export function SchemaForm({ schema, value, onChange, problems = [], sample, children, ref }: SchemaFormProps): ReactElement {
  const [attempt, setAttempt] = useState(0);
  const { control, formState, getValues, trigger } = useForm({
    mode: 'onTouched',
    defaultValues: initialValues(schema, value),
    resolver: resolverOf(schema),
  });
  const found = flatErrors(formState.errors);
  const errors: FieldErrors = new Map([...problems.map(({ field, message }) => [field, message] as const), ...found]);

  useImperativeHandle(ref, () => ({
    async validate() {
      const valid = await trigger();
      if (!valid) setAttempt((before) => before + 1);
      return valid;
    },
  }));

  return (
    <div className="flex flex-col gap-5">
      {attempt > 0 && (
        <ErrorSummary
          attempt={attempt}
          errors={[...errors].map(([field, message]) => ({ field, title: fieldTitle(schema, field), message }))}
        />
      )}
      <MoreFields
        fields={formFields(schema)}
        path=""
        errors={errors}
        renderField={(field) => (
          <FormControl
            field={field}
            control={control}
            errors={errors}
            sample={sample}
            onChanged={() => onChange(givenValues(schema, getValues()))}
          />
        )}
      />
      {children}
    </div>
  );
}

type FormControlProps = {
  readonly field: FormField;
  readonly control: Control;
  readonly errors: FieldErrors;
  readonly sample: EventValues | undefined;
  readonly onChanged: () => void;
};

function FormControl({ field, control, errors, sample, onChanged }: FormControlProps): ReactElement {
  const { field: state } = useController({ name: field.name, control });
  return (
    <SchemaControl
      field={field}
      path={field.name}
      value={state.value as unknown}
      onChange={(next) => {
        state.onChange(next);
        onChanged();
      }}
      onBlur={state.onBlur}
      errors={errors}
      sample={sample}
    />
  );
}

/** The schema as judge of what was really given, speaking plainly. */
function resolverOf(schema: z.ZodObject): Resolver {
  const judge = zodResolver(schema, { error: plainIssue }) as Resolver;
  return (values, context, options) => judge(givenValues(schema, values), context, options);
}
