import { expect, test } from 'vitest';
import { MAIL_TEMPLATES } from '../../../engine/contract/mail-templates.ts';
import { checkTemplate, compileTemplate, eventFields, type EventValues, SAMPLE_EVENTS } from '../../../engine/templates/index.ts';

const { upload, failed } = SAMPLE_EVENTS;
const item = { Name: 'alice', VirtualPath: '/a/b/file.txt', ObjectName: 'file.txt', FileSize: 10_000, Timestamp: '2025-07-04T14:30:05Z' };
const items: EventValues = { ...upload, Items: [item, { ...item, ObjectName: 'b.pdf', VirtualPath: '/b.pdf', FileSize: 2500 }] };

/** What each template is shown with, and what comes of it. */
const GOLDEN: Readonly<Record<string, readonly [EventValues, subject: string, text: string]>> = {
  'files-received': [upload, 'alice sent file.txt', 'alice sent:\n\n/a/b/file.txt, 10 KB, 2025-07-04 14:30\n'],
  'files-fetched': [
    items,
    'alice fetched 2 files',
    'alice fetched:\n\n/a/b/file.txt, 10 KB, 2025-07-04 14:30\n/b.pdf, 2.5 KB, 2025-07-04 14:30\n',
  ],
  'failed-transfer': [
    failed,
    'A transfer of bob failed',
    '/folder name/ünï 50%&.tar.gz of bob could not be transferred over SFTP from 203.0.113.9:\n\n- action "a" failed\n- disk full\n',
  ],
  'failed-rule': [
    { ...failed, Rule: 'Archive', Run: '17' },
    'The rule Archive failed',
    'Run 17 of the rule Archive did not succeed:\n\n- action "a" failed\n- disk full\n\nThe console shows each step and can try the failed ones again.\n',
  ],
  'share-invitation': [upload, 'alice shares files with you', 'alice shares file.txt with you.\n'],
  expiring: [
    { ...upload, Results: [{ Action: 'listed', User: 'dave', Reason: 'the password expires', Days: 3 }] },
    'Passwords or accounts expire soon',
    '- dave: the password expires, 3 days\n',
  ],
  'address-blocked': [
    upload,
    'The address 203.0.113.9 was blocked',
    'Too many failed sign-ins came from 203.0.113.9. It was blocked 2025-07-04 14:30.\n',
  ],
  'sign-in-code': [
    { ...upload, Code: '042137' },
    'Code for your sign-in',
    'The code for your sign-in as alice is 042137. It is good once and for ten minutes.\n\nThe sign-in came from 203.0.113.9. If it was not yours, somebody else knows your password: change it and tell the administrator.\n',
  ],
  digest: [items, '2 files, 12.5 KB', '14:30  alice  /a/b/file.txt  10 KB\n14:30  alice  /b.pdf  2.5 KB\n'],
};

test.each(MAIL_TEMPLATES.map((template) => [template.id, template] as const))('mail template %s', (id, { subject, text }) => {
  const [values, expectedSubject, expectedText] = GOLDEN[id] ?? [upload, 'no golden text', ''];
  const fields = eventFields(values, { timeZone: 'UTC' });
  for (const source of [subject, text]) expect(checkTemplate(source).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect([compileTemplate(subject).render(fields), compileTemplate(text).render(fields)]).toEqual([expectedSubject, expectedText]);
});
