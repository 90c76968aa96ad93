import { describe, expect, test } from 'vitest';
import { parseSearch } from '../../../renderer/features/activity/search-words.ts';

const NAMES = {
  partners: [
    { username: 'acme', displayName: 'Acme Ltd' },
    { username: 'acorn', displayName: '' },
    { username: 'lind', displayName: 'Studio Lind' },
  ],
  rules: [
    { id: 1, name: 'Tell the office' },
    { id: 2, name: 'Tell the ERP' },
    { id: 3, name: 'Archive drawings' },
  ],
};
const read = (typed: string) => parseSearch(typed, NAMES);

describe('search words', () => {
  test('plain words stay words', () => {
    expect(read('  invoice   1044 ')).toEqual({ filters: {}, words: 'invoice 1044', problems: [] });
  });

  test('a word with a colon that is no token is a word', () => {
    expect(read('https://example.com C:\\temp')).toEqual({ filters: {}, words: 'https://example.com C:\\temp', problems: [] });
  });

  test('tokens become filters', () => {
    expect(
      read('partner:acme status:failed status:QUOTA type:files type:object_insert path:"/to sort" ip:192.0.2.7 rule:erp invoice'),
    ).toEqual({
      filters: {
        partner: 'acme',
        outcomes: ['failed', 'quota'],
        groups: ['files'],
        types: ['OBJECT_INSERT'],
        path: '/to sort',
        ip: '192.0.2.7',
        ruleId: 2,
      },
      words: 'invoice',
      problems: [],
    });
  });

  test.each([
    ['partner:acme', 'acme'],
    ['partner:"acme ltd"', 'acme'],
    ['partner:studio', 'lind'],
    ['partner:aco', 'acorn'],
  ])('%s is found by user name, name, or a beginning that only one has', (typed, partner) => {
    expect(read(typed).filters).toEqual({ partner });
  });

  test('a rule is found by number too', () => {
    expect(read('rule:3').filters).toEqual({ ruleId: 3 });
  });

  test.each([
    ['partner:nobody', /No partner/],
    ['partner:ac', /No partner/],
    ['status:lost', /no status.*ok, failed/],
    ['type:thing', /no type/],
    ['rule:tell', /No rule/],
    ['ip:localhost', /no IP address/],
    ['path:', /Say what after “path:”/],
    ['partner:""', /Say what after “partner:”/],
  ])('%s is said to be unknown and filters nothing', (typed, problem) => {
    const { filters, problems } = read(typed);
    expect(filters).toEqual({});
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});
