/** Forms that follow from schemas, the template editor, and values as people type them. */
export { ErrorSummary, type ErrorSummaryProps, type SummaryError } from './error-summary.tsx';
export { focusField } from './field-errors.ts';
export {
  formatDurationExact,
  formatSchedule,
  formatSizeExact,
  parseDuration,
  type Parsed,
  parseSchedule,
  parseSize,
} from './human-values.ts';
export { PatternList, type PatternListProps } from './pattern-list.tsx';
export { SchemaForm, type SchemaFormHandle, type SchemaFormProps } from './schema-form.tsx';
export { TemplateEditor, type TemplateEditorProps } from './template-editor.tsx';
