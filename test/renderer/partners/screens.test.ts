import { describe, expect, test } from 'vitest';
import { partnersPage } from '../../e2e/console/pages/partners.ts';
import { openPage } from '../../helpers/browser.ts';
import { describeScreens, useDemo } from '../../helpers/screens.ts';

const at = useDemo();

describeScreens('partners', at, [
  { name: 'list', route: '/partners', shows: 'Brandt Steuerberatung' },
  { name: 'list-empty', route: '/partners', demo: 'fill=empty&mode=quiet&setup=done', shows: 'No partners yet' },
  { name: 'list-broken', route: '/partners', demo: 'mode=broken', shows: 'The partners cannot be read' },
  { name: 'new', route: '/partners/new', shows: 'What may they do?' },
  { name: 'overview', route: '/partners/kestrel/overview', shows: 'Ends on' },
  { name: 'sign-in', route: '/partners/brandt/sign-in', shows: 'office server' },
  { name: 'folders', route: '/partners/acme/folders', shows: 'Their whole folder' },
  { name: 'limits', route: '/partners/novaprint/limits', shows: 'Upload speed per second' },
  { name: 'groups', route: '/partners/groups', shows: 'Everybody who sends orders.' },
  { name: 'sheet', route: '/partners/acme/sheet', shows: 'Fingerprints of this server' },
  { name: 'activity', route: '/partners/acme/activity', shows: 'What happened' },
  { name: 'unknown', route: '/partners/nobody/overview', shows: 'There is no partner of this name' },
]);

describe('partners', () => {
  test('are made with a password that is shown once, and handed a sheet without it', async () => {
    const page = await openPage(at.browser());
    await page.goto(at.url({ route: '/partners' }));
    const partners = partnersPage(page);
    const password = await partners.create({ company: 'Müller & Söhne', template: 'Drop-off' });
    expect(password).toMatch(/^(\w{5}-){3}\w{5}$/);
    await page.getByRole('link', { name: 'Open connection sheet' }).click();
    await page.getByText('sftp -P 2022 mueller-soehne@').waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain(password);
    expect(page.problems).toEqual([]);
  });

  test('errors stand at their fields and in a summary that leads there; what was typed stays', async () => {
    const page = await openPage(at.browser());
    await page.goto(at.url({ route: '/partners/new' }));
    await page.getByLabel('User name').fill('not allowed!');
    await page.getByRole('button', { name: 'Create partner' }).click();
    await page
      .getByRole('alert')
      .getByRole('button', { name: /^Company or person/ })
      .click();
    expect(await page.getByLabel('Company or person').evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await page.getByLabel('User name').inputValue()).toBe('not allowed!');
  });

  test('a pasted private key is refused with the reason', async () => {
    const page = await openPage(at.browser());
    await page.goto(at.url({ route: '/partners/new' }));
    await page.getByRole('radio', { name: /^Public key/ }).click();
    await page.getByRole('textbox', { name: 'Public key' }).fill('-----BEGIN OPENSSH PRIVATE KEY-----');
    await page.getByText('This is a private key.').waitFor();
  });

  test('are suspended and deleted from the list, after a question that says what stays', async () => {
    const page = await openPage(at.browser());
    await page.goto(at.url({ route: '/partners' }));
    await page.getByRole('link', { name: 'NovaPrint' }).waitFor();
    await page.getByRole('button', { name: 'More actions for NovaPrint' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('stay. A new partner of the same name').waitFor();
    await page.getByRole('button', { name: 'Delete partner' }).click();
    await page.getByText('NovaPrint was deleted.').waitFor();
  });

  test('a change is saved and can be discarded', async () => {
    const page = await openPage(at.browser());
    await page.goto(at.url({ route: '/partners/acme/overview' }));
    await page.getByLabel('Contact').fill('Sam Field');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    expect(await page.getByLabel('Contact').inputValue()).toBe('Jo Marsh');
    await page.getByLabel('Contact').fill('Sam Field');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Contact').inputValue()).toBe('Sam Field');
  });
});
