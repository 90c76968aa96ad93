import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { readAdminRecord, readUserRecord } from '../../contract/identity-record.ts';
import { compileTemplate, eventFields, SAMPLE_EVENTS } from '../../templates/index.ts';

/** Whom the sample record is of. */
const SAMPLE = SAMPLE_EVENTS.idp;

const record = (title: string, help: string, read: typeof readUserRecord | typeof readAdminRecord) =>
  field
    .longTemplate({ title, help })
    .superRefine((template, context) => {
      const message = sampleProblem(template, read);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .default('');

/**
 * What is wrong with the record as it would be for a sample. Where there are placeholders, real claims may make other values, so only what has
 * no place in any record is said now, and the rest at the sign-in.
 */
function sampleProblem(template: string, read: typeof readUserRecord | typeof readAdminRecord): string | undefined {
  if (template.trim() === '') return undefined;
  let text: string;
  try {
    text = compileTemplate(template).render(eventFields(SAMPLE, { timeZone: 'UTC' }));
  } catch {
    // Syntax is checked where every template is; what the sample lacks is no mistake.
    return undefined;
  }
  const found = read(text, SAMPLE.Name ?? '');
  if (found.ok || (found.problem !== 'shape' && template.includes('{{'))) return undefined;
  return found.field === '' ? found.message : `${found.field}: ${found.message}`;
}

export const identityCheck = defineAction({
  title: 'Identity provider account check',
  icon: 'user-check',
  description: 'Makes or updates the account or administrator who signs in with the identity provider, before the sign-in goes on.',
  config: z
    .strictObject({
      mode: field.select(['create or update', 'create only'], { title: 'What to do' }).default('create or update'),
      user: record(
        'Account as JSON',
        'Fields of accounts.save, such as {"email": {{toJson .IDPFields.email}}, "groups": [{"name": "staff", "type": "primary"}]}. Names of SFTPGo work too. Empty: accounts are left as they are.',
        readUserRecord,
      ),
      admin: record(
        'Administrator as JSON',
        'Fields of admins.save, such as {"permissions": ["status", "events.read"]}. Empty: administrators are left as they are.',
        readAdminRecord,
      ),
    })
    .refine(({ user, admin }) => user.trim() !== '' || admin.trim() !== '', {
      error: 'Write a template for accounts, for administrators, or for both.',
      path: ['user'],
    }),
  repeatSafe: () => true,
  needsUser: () => false,
  checksIdentity: true,
  longest: () => 0,
  summarize: ({ mode, user, admin }) =>
    `${mode} the ${[user.trim() === '' ? '' : 'account', admin.trim() === '' ? '' : 'administrator'].filter((one) => one !== '').join(' or ')} who signs in`,
});
