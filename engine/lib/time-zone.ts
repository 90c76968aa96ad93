/** What is wrong with a zone's name, or undefined. */
export function zoneProblem(zone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone === '' ? 'Name a time zone, such as Europe/Rome.' : undefined;
  } catch {
    return `There is no time zone ${zone}. Use a name such as Europe/Rome or UTC.`;
  }
}
