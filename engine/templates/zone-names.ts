/**
 * Abbreviations of the time zone database by the English name that Intl gives to the same rules. Zones that are not here have
 * none in the database either and show their offset (`-03`).
 */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map(
  [
    'ACDT Australian Central Daylight Time|ACST Australian Central Standard Time|ADT Atlantic Daylight Time|AEDT Australian Eastern Daylight Time',
    'AEST Australian Eastern Standard Time|AKDT Alaska Daylight Time|AKST Alaska Standard Time|AST Atlantic Standard Time',
    'AWST Australian Western Standard Time|BST British Summer Time|CAT Central Africa Time|CDT Central Daylight Time|CDT Cuba Daylight Time',
    'CDT Macao Summer Time|CEST Central European Summer Time|CET Central European Standard Time|CST Central Standard Time|CST China Standard Time',
    'CST Cuba Standard Time|CST Macao Standard Time|CST Taiwan Standard Time|ChST Chamorro Standard Time|EAT East Africa Time',
    'EDT Eastern Daylight Time|EEST Eastern European Summer Time|EET Eastern European Standard Time|EST Eastern Standard Time',
    'GMT Greenwich Mean Time|HDT Hawaii-Aleutian Daylight Time|HKST Hong Kong Summer Time|HKT Hong Kong Standard Time',
    'HST Hawaii-Aleutian Standard Time|IDT Israel Daylight Time|IST India Standard Time|IST Irish Standard Time|IST Israel Standard Time',
    'JST Japan Standard Time|KST Korean Standard Time|MDT Mexican Pacific Daylight Time|MDT Mountain Daylight Time|MSD Moscow Summer Time',
    'MSK Moscow Standard Time|MST Mexican Pacific Standard Time|MST Mountain Standard Time|MST Yukon Time|NDT Newfoundland Daylight Time',
    'NST Newfoundland Standard Time|NZDT New Zealand Daylight Time|NZST New Zealand Standard Time|PDT Pacific Daylight Time',
    'PKT Pakistan Standard Time|PST Pacific Standard Time|PST Philippine Standard Time|SAST South Africa Standard Time',
    'SST American Samoa Standard Time|WAT West Africa Time|WEST Western European Summer Time|WET Western European Standard Time',
    'WIB Western Indonesia Time|WIT Eastern Indonesia Time|WITA Central Indonesia Time|UTC Coordinated Universal Time',
  ]
    .join('|')
    .split('|')
    .map((entry): [string, string] => {
      const space = entry.indexOf(' ');
      return [entry.slice(space + 1), entry.slice(0, space)];
    }),
);

const pad = (n: number) => String(n).padStart(2, '0');

/** `+03`, `-0330`: what the database shows for rules without an abbreviation. */
function numericName(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const rest = minutes % 60 === 0 ? '' : pad(minutes % 60);
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${rest}`;
}

// Rome kept its own mean time as law from 1866 to 1893; the database calls that RMT.
const ROME_MEAN_TIME_FROM = -3_252_098_996;

/**
 * The abbreviation that Go prints for `MST` in a layout.
 * @param englishName the zone's current rules as Intl calls them in en-US
 * @param unix seconds since 1970 UTC
 * @param offset seconds east of UTC; local mean time, before railways, is the only kind with odd seconds
 */
export function abbreviation(zone: string, englishName: string, unix: number, offset: number): string {
  if (offset % 60 !== 0) return zone === 'Europe/Rome' && unix >= ROME_MEAN_TIME_FROM ? 'RMT' : 'LMT';
  return ABBREVIATIONS.get(englishName) ?? numericName(offset);
}
