import { field } from './fields.ts';

type Described = { readonly title: string; readonly help?: string };

/** Host of a server that a rule connects to: written out, so that no value decides where a password goes. */
export function hostName(described: Described) {
  return field
    .text(described)
    .min(1, 'Enter the name or address of the server.')
    .max(255)
    .regex(/^[^\s/:@{}%]+$|^\[?[0-9a-fA-F:.]+\]?$/, 'Enter the name or address alone, without a scheme, a port or a template.');
}

/** TCP port with its usual value. */
export function portNumber(usual: number) {
  return field.number({ title: 'Port', min: 1, max: 65_535, ungrouped: true }).default(usual);
}
