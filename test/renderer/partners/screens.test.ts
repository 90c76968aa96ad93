import { describe, expect, test } from 'vitest';
import { partnersPage } from '../../e2e/console/pages/partners.ts';
import { lookInBothThemes } from '../../helpers/browser.ts';
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

test('an administrator with a role finds what he may do, and nothing that reaches beyond it', async () => {
  const page = await at.open({ route: '/', demo: 'fill=full&mode=quiet&role=north' });
  await page.getByText('Live. SFTP 2022, FTPS 2121.', { exact: true }).waitFor();
  const navigation = page.getByRole('navigation').first();
  await navigation.getByText('Rules').waitFor({ state: 'hidden' });
  expect(await navigation.getByRole('link').allInnerTexts()).toEqual(['Home', 'Activity', 'Partners']);
  await lookInBothThemes(page, 'partners-role-home');
  await navigation.getByText('Partners').click();
  await page.getByRole('table').getByText('Brandt Steuerberatung').waitFor();
  expect(await page.getByRole('link', { name: 'Groups and shared folders' }).count()).toBe(0);
  const type = (address: string) => page.evaluate((hash) => (location.hash = hash), address);
  // Addresses that he types: what he may see is there to look at, and what he may not says so.
  await type('/partners/groups');
  await page.getByText('You can look at this and change nothing here.').waitFor();
  await page.getByRole('table', { name: 'Groups' }).waitFor();
  await lookInBothThemes(page, 'partners-role-groups');
  expect(await page.getByRole('main').getByRole('button').allInnerTexts()).toEqual(['Group', 'Members', 'Shared folder']);
  await type('/partners/acme/sheet');
  await page.getByText('The sheet needs the addresses of this server, which you may not see.').waitFor();
  await lookInBothThemes(page, 'partners-role-sheet');
  for (const address of [
    '/settings/admins',
    '/settings/backup',
    '/rules',
    '/rules/new',
    '/rules/flows',
    '/rules/1',
    '/notices',
    '/setup',
  ]) {
    await type(address);
    const heading = page.getByRole('heading', { name: 'This page is not open to you' });
    await heading.waitFor({ state: 'attached' });
    expect(await page.locator('#root').innerText(), address).toContain('You look after the partners of the role north');
    await type('/partners');
    await heading.waitFor({ state: 'detached' });
  }
  await type('/settings/security');
  await page.getByText('and this reaches beyond them').waitFor();
  await lookInBothThemes(page, 'partners-role-settings');
  expect(page.problems).toEqual([]);
});

test('who may only look at partners and rules finds nothing there that would be refused', async () => {
  const page = await at.open({ route: '/partners', demo: 'fill=full&mode=quiet&may=status,accounts.read,rules.read,events.read' });
  await page.getByRole('table').getByText('Brandt Steuerberatung').waitFor();
  await page.getByRole('link', { name: 'Add partner' }).waitFor({ state: 'hidden' });
  expect(await page.getByRole('button', { name: /^More actions for/ }).count()).toBe(0);
  const type = (address: string) => page.evaluate((hash) => (location.hash = hash), address);
  const lookOnly = page.getByText('You can look at this and change nothing here.');
  await type('/partners/acme/overview');
  await lookOnly.waitFor();
  expect(await page.getByLabel('Contact').isDisabled()).toBe(true);
  await lookInBothThemes(page, 'partners-look-only');
  await type('/rules');
  await page.getByRole('table', { name: 'Rules' }).waitFor();
  await lookOnly.waitFor();
  expect(await page.getByRole('link', { name: 'Make a rule' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^More actions for/ }).count()).toBe(0);
  expect(await page.getByRole('switch', { disabled: false }).count()).toBe(0);
  await page.getByRole('table', { name: 'Rules' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'When' }).waitFor();
  for (const role of ['textbox', 'checkbox', 'radio', 'switch'] as const)
    expect([role, await page.getByRole('main').getByRole(role, { disabled: false }).count()]).toEqual([role, 0]);
  await lookInBothThemes(page, 'rules-look-only');
  expect(page.problems).toEqual([]);
});

describe('partners', () => {
  test('are made with a password that is shown once, and handed a sheet without it', async () => {
    const page = await at.open({ route: '/partners' });
    const partners = partnersPage(page);
    const password = await partners.create({ company: 'Müller & Söhne', template: 'Drop-off' });
    expect(password).toMatch(/^(\w{5}-){3}\w{5}$/);
    await page.getByRole('link', { name: 'Open connection sheet' }).click();
    await page.getByText('sftp -P 2022 mueller-soehne@').waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain(password);
    expect(page.problems).toEqual([]);
  });

  test('errors stand at their fields and in a summary that leads there; what was typed stays', async () => {
    const page = await at.open({ route: '/partners/new' });
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
    const page = await at.open({ route: '/partners/new' });
    await page.getByRole('radio', { name: /^Public key/ }).click();
    await page.getByRole('textbox', { name: 'Public key' }).fill('-----BEGIN OPENSSH PRIVATE KEY-----');
    await page.getByText('This is a private key.').waitFor();
  });

  test('are suspended and deleted from the list, after a question that says what stays', async () => {
    const page = await at.open({ route: '/partners' });
    await page.getByRole('link', { name: 'NovaPrint' }).waitFor();
    await page.getByRole('button', { name: 'More actions for NovaPrint' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('stay. A new partner of the same name').waitFor();
    await page.getByRole('button', { name: 'Delete partner' }).click();
    await page.getByText('NovaPrint was deleted.').waitFor();
  });

  test('a change is saved and can be discarded', async () => {
    const page = await at.open({ route: '/partners/acme/overview' });
    await page.getByLabel('Contact').fill('Sam Field');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    expect(await page.getByLabel('Contact').inputValue()).toBe('Jo Marsh');
    await page.getByLabel('Contact').fill('Sam Field');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Contact').inputValue()).toBe('Sam Field');
  });

  test('what is asked at the door is saved with what stands in the other fields', async () => {
    const page = await at.open({ route: '/partners/acme/sign-in' });
    await page.getByRole('switch', { name: 'Key and password are both needed' }).click();
    await page.getByRole('checkbox', { name: /^Questions and answers/ }).click();
    await page.getByLabel('Denied addresses').fill('203.0.113.0/24\n\n198.51.100.7 ');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Limits' }).click();
    await page.getByRole('tab', { name: 'Sign-in' }).click();
    expect(await page.getByRole('switch', { name: 'Key and password are both needed' }).isChecked()).toBe(true);
    expect(await page.getByLabel('Denied addresses').inputValue()).toBe('203.0.113.0/24\n198.51.100.7');
    expect(page.problems).toEqual([]);
  });

  test('a group gives rights by folder; roles are made and deleted', async () => {
    const page = await at.open({ route: '/partners/groups' });
    await page.getByRole('button', { name: 'Add group' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add group' });
    await dialog.getByLabel('Name', { exact: true }).fill('auditors');
    const add = dialog.getByRole('button', { name: 'Add folder rule' });
    await add.click();
    await dialog.getByLabel('Template').click();
    await page.getByRole('option', { name: 'Pick-up' }).click();
    await add.click();
    await dialog.getByLabel('Folder', { exact: true }).last().fill('/');
    await dialog.getByText('There is a rule for this folder already.').waitFor();
    await lookInBothThemes(page, 'partners-group');
    await dialog.getByRole('button', { name: 'Sign-in' }).click();
    await dialog.getByRole('switch', { name: 'A key is needed' }).click();
    await dialog.getByLabel('Denied addresses').fill('203.0.113.0/24\n');
    await dialog.getByRole('button', { name: 'Sign-in' }).scrollIntoViewIfNeeded();
    await lookInBothThemes(page, 'partners-group-sign-in');
    await dialog.getByLabel('Folder', { exact: true }).last().fill('/reports');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Groups' }).getByText('auditors').click();
    await page.getByRole('dialog', { name: 'auditors' }).getByText('Rights', { exact: true }).waitFor();
    expect(await page.getByLabel('Folder', { exact: true }).last().inputValue()).toBe('/reports');
    expect(await page.getByRole('switch', { name: 'A key is needed' }).isChecked()).toBe(true);
    expect(await page.getByLabel('Denied addresses').inputValue()).toBe('203.0.113.0/24');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Add role' }).click();
    const role = page.getByRole('dialog', { name: 'Add role' });
    await role.getByLabel('Name').fill('north');
    await role.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('table', { name: 'Roles' }).getByText('north').waitFor();
    await page.getByRole('button', { name: 'More actions for north' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete north?' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('north', { exact: true }).waitFor({ state: 'detached' });
    expect(page.problems).toEqual([]);
  });

  test('a shared folder lies on this machine, or on another server, whose connection can be tried out', async () => {
    const page = await at.open({ route: '/partners/groups' });
    await page.getByRole('button', { name: 'Add shared folder' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add shared folder' });
    await dialog.getByLabel('Folder on this machine').waitFor();
    await lookInBothThemes(page, 'partners-folder-here');
    await dialog.getByLabel('Name', { exact: true }).fill('archive');
    await dialog.getByRole('radio', { name: 'On another SFTP server' }).click();
    await dialog.getByLabel('Server', { exact: true }).fill('files.example.com');
    await dialog.getByLabel('User name', { exact: true }).fill('gatehouse');
    await dialog.getByLabel('Folder there').fill('/in');
    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await dialog.getByText('shows the host key SHA256:').waitFor();
    await lookInBothThemes(page, 'partners-folder-there');
    const key = /SHA256:[A-Za-z0-9+/]{43}/.exec(await dialog.innerText())?.[0] ?? '';
    await dialog.getByLabel('Fingerprint').fill(key);
    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await dialog.getByText('It works. The folder holds 12 entries.').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Shared folders' }).getByText('files.example.com: /in').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('all of them are saved as a file, which says what it would do before it is taken over', async () => {
    const page = await at.open({ route: '/partners/groups' });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as a file' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^gatehouse-partners-\d{4}-\d\d-\d\d\.json$/);
    await page.getByRole('checkbox', { name: 'With the hashes of the passwords' }).click();
    await page.getByText('Whoever has such a file can try passwords').waitFor();
    await lookInBothThemes(page, 'partners-export');
    await page.getByRole('button', { name: 'Save as a file' }).click();
    await page.getByRole('dialog').getByLabel('Console password', { exact: true }).fill('correct horse');
    await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const picker = page.getByLabel('Take over from a file');
    await picker.last().setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"other"}') });
    await page.getByText('This is no file of accounts.').waitFor();
    await picker.last().setInputFiles(await download.path());
    const dialog = page.getByRole('dialog', { name: 'Take partners over' });
    await dialog.getByText(/^The file holds [1-9]\d* partners, /).waitFor();
    await dialog.getByRole('button', { name: 'Show what would happen' }).click();
    await dialog.getByText('Partner acme').waitFor();
    expect(await dialog.getByText('stays: It exists already.').count()).toBeGreaterThan(1);
    await lookInBothThemes(page, 'partners-import');
    await dialog.getByRole('button', { name: 'Take over' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(page.problems).toEqual([]);
  });
});
