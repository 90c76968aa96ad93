import { isIP } from 'node:net';

/** What of an event tells who did it. */

/** Keys of `info`, or `all` of them. A question mark behind a key stands for the query of the URL that it holds. */
export type InfoKeys = readonly string[] | 'all';

/** What of `info` goes with user, session and address: what names people, and addresses wherever they stand in other keys. */
export type PersonalInfo = { readonly names: InfoKeys; readonly addresses: InfoKeys };

/** The columns of an event that may tell who did it. */
export type Personal = {
  readonly ip: string | null;
  readonly schema: string | null;
  readonly objecttype: string | null;
  readonly objectId: number | null;
  readonly sessionId: number | null;
  readonly userId: number | null;
  readonly userName: string | null;
  readonly displayName: string | null;
  readonly batchId: number | null;
  /** JSON */
  readonly info: string;
};

type Info = Record<string, unknown>;

/** Records of schema BASE that are people: their ids name them. */
const PEOPLE = ['user', 'admin'];

/** The row without user, session, address and names; nor does its batch lead to others of the same session. */
export function withoutPersonalData<Row extends Personal>(row: Row, { names, addresses }: PersonalInfo): Row {
  const isAboutPerson = row.schema === 'BASE' && PEOPLE.includes(row.objecttype ?? '');
  return {
    ...row,
    ip: null,
    sessionId: null,
    userId: null,
    userName: null,
    displayName: null,
    batchId: null,
    objectId: isAboutPerson ? null : row.objectId,
    info: withoutAddresses(withoutKeys(row.info, names), addresses),
  };
}

/** The JSON of an `info` with every address and network of machines taken out of these keys, however deep. */
export function withoutAddresses(info: string, keys: InfoKeys): string {
  if (keys.length === 0) return info;
  const masked = JSON.stringify(
    Object.fromEntries(
      Object.entries(JSON.parse(info) as Info).flatMap(([key, value]): [string, unknown][] => {
        if (keys !== 'all' && !keys.includes(key)) return [[key, value]];
        const text = JSON.stringify(value, (_key, one: unknown) => (typeof one === 'string' ? maskAddresses(one) : one));
        // An address alone leaves nothing to be told.
        return text === '""' ? [] : [[key, JSON.parse(text)]];
      }),
    ),
  );
  return masked;
}

/** What may be an address, with a prefix or not: four numbers, or groups of hexadecimal digits with colons, which a URL may have encoded. */
const MAYBE_ADDRESS =
  /(?:(?:[0-9a-f]{0,4}(?::|%3A)){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4})?|(?:\d{1,3}\.){3}\d{1,3})(?:(?:\/|%2F)\d{1,3})?/gi;

function maskAddresses(text: string): string {
  return text.replace(MAYBE_ADDRESS, (found) => (isIP(found.replace(/%3A/gi, ':').replace(/(\/|%2F)\d+$/i, '')) === 0 ? found : ''));
}

function withoutKeys(info: string, keys: InfoKeys): string {
  if (keys === 'all') return '{}';
  if (keys.length === 0) return info;
  const entries = Object.entries(JSON.parse(info) as Info).filter(([key]) => !keys.includes(key));
  const kept = entries.map(([key, value]) => [key, keys.includes(`${key}?`) && typeof value === 'string' ? value.split('?')[0] : value]);
  return JSON.stringify(Object.fromEntries(kept));
}
