import { formatNumber, LOCALE } from './format.ts';

const RULES = new Intl.PluralRules(LOCALE);

/** The form for a count, with `#` replaced by the number: `plural(3, { one: '# file', other: '# files' })` is "3 files". */
export function plural(count: number, forms: { readonly one: string; readonly other: string }): string {
  const form = RULES.select(count) === 'one' ? forms.one : forms.other;
  return form.replaceAll('#', formatNumber(count));
}
