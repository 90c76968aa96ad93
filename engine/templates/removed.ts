/** A placeholder of earlier versions and what takes its place. */
export interface RemovedPlaceholder {
  readonly name: string;
  /** An action without its braces. */
  readonly replacement: string;
}

const REMOVED: ReadonlyMap<string, string> = new Map([
  ['StatusString', 'mapToString .Status (createDict 1 "OK" 2 "KO" 3 "Quota exceeded")'],
  ['ErrorString', 'stringJoin .Errors ", "'],
  ['EscapedVirtualPath', 'urlEscape .VirtualPath'],
  ['VirtualDirPath', 'pathDir .VirtualPath'],
  ['VirtualTargetDirPath', 'pathDir .VirtualTargetPath'],
  ['Ext', 'pathExt .VirtualPath'],
  ['TargetName', 'pathBase .VirtualTargetPath'],
  ['DateTime', '.Timestamp.UTC.Format "2006-01-02T15:04:05.000"'],
  ['Year', '.Timestamp.UTC.Format "2006"'],
  ['Month', '.Timestamp.UTC.Format "01"'],
  ['Day', '.Timestamp.UTC.Format "02"'],
  ['Hour', '.Timestamp.UTC.Format "15"'],
  ['Minute', '.Timestamp.UTC.Format "04"'],
  ['ObjectData', '.Object.JSON'],
  ['ObjectDataString', '.Object.JSON | toJson'],
  ['MetadataString', 'toJson .Metadata | toJson'],
]);

const IDP_FIELD = /^IDPField([A-Za-z0-9_]+)$/;

/** What replaces a removed placeholder; null for names that were none. `IDPFields` itself still exists. */
export function removedPlaceholder(name: string): RemovedPlaceholder | null {
  const replacement = REMOVED.get(name);
  if (replacement !== undefined) return { name, replacement };
  const field = name === 'IDPFields' ? undefined : IDP_FIELD.exec(name)?.[1];
  return field === undefined ? null : { name, replacement: `.IDPFields.${field}` };
}

/** The names of `REMOVED`, for documentation. */
export function removedNames(): readonly RemovedPlaceholder[] {
  return [...REMOVED].map(([name, replacement]) => ({ name, replacement }));
}
