/** What of an event tells who did it. */

/** The keys of `info` that name people, or `all` of them. */
export type PersonalInfo = readonly string[] | 'all';

type Personal = {
  readonly ip: string | null;
  readonly schema: string | null;
  readonly objecttype: string | null;
  readonly objectId: number | null;
  readonly sessionId: number | null;
  readonly userId: number | null;
  readonly userName: string | null;
  /** JSON */
  readonly info: string;
};

/** The row without user, session, address and names. */
export function withoutPersonalData<Row extends Personal>(row: Row, personalInfo: PersonalInfo): Row {
  const isAboutUser = row.schema === 'BASE' && row.objecttype === 'user';
  return {
    ...row,
    ip: null,
    sessionId: null,
    userId: null,
    userName: null,
    objectId: isAboutUser ? null : row.objectId,
    info: withoutKeys(row.info, personalInfo),
  };
}

function withoutKeys(info: string, keys: PersonalInfo): string {
  if (keys === 'all') return '{}';
  if (keys.length === 0) return info;
  const entries = Object.entries(JSON.parse(info) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(entries.filter(([key]) => !keys.includes(key))));
}
