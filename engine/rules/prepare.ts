import { posix } from 'node:path';
import { findAction } from '../actions/catalog.ts';
import { isTrue } from '../actions/runner.ts';
import { mapFields, type SecretRef } from '../contract/fields.ts';
import type { RuleStep } from '../contract/rule.ts';
import type { Json } from '../contract/event.ts';
import { readConfig } from './definition.ts';
import { type Mask, MASKED } from './mask.ts';
import { type Fields, render } from './render.ts';

/** The longest text that the trace keeps of one input. */
const KEEP_CHARACTERS = 16_384;

/** Seals texts and opens what was sealed; `get` throws `secret_unreadable`. */
export type Secrets = {
  /** Writes inside the caller's transaction. */
  put(text: string): SecretRef;
  get(ref: SecretRef): string;
};

export type PreparedStep = {
  /** Templates rendered, secrets in the clear: for the runner alone. */
  readonly config: Record<string, unknown>;
  /** As it was written. */
  readonly source: Record<string, unknown>;
  /** What the trace may show. */
  readonly inputs: Readonly<Record<string, Json>>;
};

/**
 * Makes a step's configuration ready for its runner, by the kind of each field. Every secret met is added to `mask`.
 * Throws `template_error`, `secret_unreadable` or `action_failed`.
 */
export function prepareStep(step: RuleStep, fields: Fields, secrets: Pick<Secrets, 'get'>, mask: Mask): PreparedStep {
  const source = readConfig(step);
  const schema = findAction(step.action)?.config;
  if (schema === undefined) return { config: source, source, inputs: {} };
  const shown: Record<string, string> = {};
  const config = mapFields(schema, source, (leaf, { kind }, path) => {
    switch (kind) {
      case 'text-template':
      case 'long-template':
        return render(String(leaf), fields);
      case 'html-template':
        return render(String(leaf), fields, { html: true });
      case 'path-template':
        return renderPath(String(leaf), fields);
      case 'secret': {
        const text = typeof leaf === 'string' ? leaf : secrets.get(leaf as SecretRef);
        mask.add(text);
        shown[path] = text === '' ? '' : MASKED;
        return text;
      }
      case 'text':
      case 'number':
      case 'switch':
      case 'select':
      case 'flow':
      case 'pgp-key':
      case 'folder':
      case 'list':
        return leaf;
    }
  }) as Record<string, unknown>;
  const inputs = mapFields(schema, config, (leaf, { kind }, path) => (kind === 'secret' ? (shown[path] ?? MASKED) : leaf)) as Record<
    string,
    Json
  >;
  return { config, source, inputs: mask.json(inputs, KEEP_CHARACTERS) };
}

/** Whether a step's `only when` lets it run: anything but an empty text, `false` or `0`. */
export function meetsOnlyWhen(step: RuleStep, fields: Fields): boolean {
  return step.onlyWhen === '' || isTrue(render(step.onlyWhen, fields));
}

/** An absolute virtual path. Backslashes are separators where somebody typed them, not where a file's name brought them in. */
function renderPath(source: string, fields: Fields): string {
  const forward = source.replace(/\{\{[\s\S]*?\}\}|\\/g, (part) => (part === '\\' ? '/' : part));
  const clean = posix.normalize(`/${render(forward, fields)}`);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
