import {
  checkTemplate,
  compileTemplate,
  eventFields,
  type EventValues,
  type Problem,
  SAMPLE_EVENTS,
} from '../../engine/templates/index.ts';

/** What can be said about a template before it is used, and how it looks with a sample event (undefined where it cannot be rendered). */
export type TemplateReading = { readonly problems: readonly Problem[]; readonly preview: string | undefined };

const MOST_PREVIEWED = 2000;

/** An upload, as one tells somebody else of it. */
const SAMPLE: EventValues = { ...SAMPLE_EVENTS.upload, Recipient: { Name: 'bob', Email: 'bob@example.com' } };

/** Checks a template and renders it with `sample`, an upload by default. Never throws. */
export function readTemplate(source: string, sample: EventValues = SAMPLE, html = false): TemplateReading {
  const problems = checkTemplate(source);
  if (problems.some(({ severity }) => severity === 'error')) return { problems, preview: undefined };
  // A plain text is its own preview.
  if (!/\{|%|<\/?LINE>/.test(source)) return { problems, preview: undefined };
  try {
    return { problems, preview: compileTemplate(source).render(eventFields(sample), { html }).slice(0, MOST_PREVIEWED) };
  } catch {
    // It may well succeed with another event: no problem of the template's own.
    return { problems, preview: undefined };
  }
}
