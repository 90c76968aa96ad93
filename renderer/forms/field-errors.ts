/** What is wrong with the fields of a form, by dotted path such as `headers.0.name`. */
export type FieldErrors = ReadonlyMap<string, string>;

/** A form library's nested errors, flat and in the order of the fields. */
export function flatErrors(nested: Readonly<Record<string, unknown>>): FieldErrors {
  const found = new Map<string, string>();
  collect(nested, '', found);
  return found;
}

function collect(node: unknown, path: string, found: Map<string, string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { message, type } = node as { message?: unknown; type?: unknown };
  if (typeof message === 'string' && typeof type === 'string') {
    found.set(path, message);
    return;
  }
  for (const [key, inner] of Object.entries(node)) collect(inner, path === '' ? key : `${path}.${key}`, found);
}

/** Moves the focus to the control of a Field by the Field's name, opening nothing and scrolling it into sight. */
export function focusField(name: string): void {
  const control = document
    .querySelector(`[data-field="${CSS.escape(name)}"]`)
    ?.querySelector<HTMLElement>('input:not([type="hidden"], [tabindex="-1"]), textarea, button:not([tabindex="-1"]), [role="switch"]');
  control?.scrollIntoView({ block: 'center' });
  control?.focus({ preventScroll: true });
}
