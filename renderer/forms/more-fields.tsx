import { Fragment, type ReactElement, type ReactNode, useState } from 'react';
import { Disclosure } from '../ui/index.ts';
import type { FieldErrors } from './field-errors.ts';
import type { FormField } from './schema-fields.ts';

type MoreFieldsProps = {
  readonly fields: readonly FormField[];
  /** Dotted path of what holds the fields; empty for the form itself. */
  readonly path: string;
  readonly errors: FieldErrors;
  readonly renderField: (field: FormField) => ReactNode;
};

/** Fields in their order, the rarely used ones behind *More*, which is open while something in it is wrong. */
export function MoreFields({ fields, path, errors, renderField }: MoreFieldsProps): ReactElement {
  const [open, setOpen] = useState(false);
  const shown = fields.filter(({ meta }) => meta.more !== true);
  const more = fields.filter(({ meta }) => meta.more === true);
  const wrong = more.some(({ name }) => {
    const prefix = path === '' ? name : `${path}.${name}`;
    return [...errors.keys()].some((key) => key === prefix || key.startsWith(`${prefix}.`));
  });
  return (
    <>
      {shown.map((field) => (
        <Fragment key={field.name}>{renderField(field)}</Fragment>
      ))}
      {more.length > 0 && (
        <Disclosure open={open || wrong} onOpenChange={setOpen}>
          {more.map((field) => (
            <Fragment key={field.name}>{renderField(field)}</Fragment>
          ))}
        </Disclosure>
      )}
    </>
  );
}
