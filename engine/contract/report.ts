/** Columns of a retention report, one row per folder that was looked at; sizes in bytes, times in ms. */
export type RetentionRow = {
  readonly path: string;
  readonly hours: number;
  readonly files: number;
  readonly bytes: number;
  readonly elapsed: number;
  readonly info: string;
  readonly error: string;
};

/**
 * True where a field is exactly the placeholder of the retention reports: an attachment, a file of a form or the whole body of a call then
 * is the reports themselves, as a zip archive.
 */
export function isReportPlaceholder(source: string): boolean {
  return /^\s*\{\{-?\s*\.RetentionReports\s*-?\}\}\s*$/.test(source);
}
