import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { settingsPage } from '../../e2e/console/pages/settings.ts';
import { expectAccessible, lookInBothThemes } from '../../helpers/browser.ts';
import { describeScreens, useDemo } from '../../helpers/screens.ts';

const at = useDemo();

describeScreens('settings', at, [
  { name: 'general', route: '/settings/general', shows: 'Set-up, step by step' },
  { name: 'servers', route: '/settings/servers', shows: 'Refuse unencrypted FTP' },
  { name: 'security', route: '/settings/security', shows: 'There are no tokens' },
  { name: 'keys', route: '/settings/keys', shows: 'Northwind Bank' },
  { name: 'keys-empty', route: '/settings/keys', demo: 'fill=empty&mode=quiet&setup=done', shows: 'There are no PGP keys' },
  { name: 'admins', route: '/settings/admins', shows: 'Head of the office' },
  { name: 'admins-empty', route: '/settings/admins', demo: 'fill=empty&mode=quiet&setup=done', shows: 'There are no administrators' },
  { name: 'notifications', route: '/settings/notifications', shows: 'Nothing is muted.' },
  { name: 'mail', route: '/settings/mail', shows: 'Send test mail' },
  { name: 'mail-empty', route: '/settings/mail', demo: 'fill=empty&mode=quiet&setup=done', shows: 'Send test mail' },
  { name: 'storage', route: '/settings/storage', shows: 'are free on its disk' },
  { name: 'backup', route: '/settings/backup', shows: 'There are no backups in this folder yet.' },
  { name: 'about', route: '/settings/about', shows: 'Diagnostics' },
  { name: 'broken', route: '/settings/general', demo: 'mode=broken', shows: 'The settings cannot be read' },
]);

async function open(section: string) {
  const page = await at.open({ route: `/settings/${section}` });
  return { page, settings: settingsPage(page) };
}

/** The form with this checkbox, on a page of several that are saved each for itself. */
const formOf = (page: Page, checkbox: string) => page.locator('form').filter({ has: page.getByRole('checkbox', { name: checkbox }) });

test('who may only look at settings finds nothing there that would be refused', async () => {
  const page = await at.open({ route: '/settings/security', demo: 'fill=full&mode=quiet&may=status,settings.read,defence.read' });
  await page.getByText('You can look at this and change nothing here.').waitFor();
  await page.getByText('Your permissions do not include it.').waitFor();
  const main = page.getByRole('main');
  // His own password is his.
  expect(await main.getByRole('textbox', { disabled: false }).count()).toBe(await main.locator('input[type=password]').count());
  expect(await main.getByRole('checkbox', { disabled: false }).count()).toBe(0);
  // What is left opens parts of the page, sorts lists, copies, and sets his own password.
  const left = new Set(await main.getByRole('button', { disabled: false }).allInnerTexts());
  expect([...left].filter((name) => name !== '').sort()).toEqual([
    'Address',
    'Address or network',
    'Change password',
    'Ends',
    'MD5 fingerprints, for older clients',
    'May come in',
  ]);
  await lookInBothThemes(page, 'settings-look-only');
  expect(await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allInnerTexts()).not.toContain('Backup');
  await page.evaluate(() => (location.hash = '#/settings/backup'));
  await page.getByRole('heading', { name: 'This page is not open to you' }).waitFor({ state: 'attached' });
  await lookInBothThemes(page, 'settings-not-open');
  expect(page.problems).toEqual([]);
});

test('what is kept of each kind of event is decided in one place', async () => {
  const { page, settings } = await open('storage');
  await page.getByRole('button', { name: 'Kinds of events' }).click();
  const signIns = page.getByRole('group', { name: 'Sign-ins' });
  await signIns.getByRole('checkbox', { name: 'With names and addresses' }).click();
  await signIns.getByRole('textbox', { name: 'Forget addresses after' }).fill('30');
  expect(await page.getByRole('group', { name: 'System' }).getByRole('checkbox', { name: 'Kept' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'More about the history' }).click();
  const calls = page.getByRole('group', { name: 'Requests and commands' });
  await calls.getByLabel('And these too').fill('rules.*\n\n');
  await lookInBothThemes(page, 'settings-history');
  await settings.save();
  await settings.open('Mail');
  await settings.open('Storage and retention');
  await page.getByRole('button', { name: 'More about the history' }).click();
  expect(await calls.getByLabel('And these too').inputValue()).toBe('rules.*');
  expect(page.problems).toEqual([]);
});

describe('a page of Settings', () => {
  test('keeps unsaved changes while another page is looked at, and says so', async () => {
    const { page, settings } = await open('general');
    await page.getByLabel('Name of the server').fill('Front desk');
    await page.getByText('There are unsaved changes.').waitFor();
    await settings.open('Mail');
    await page.getByRole('link', { name: 'General Unsaved' }).click();
    expect(await page.getByLabel('Name of the server').inputValue()).toBe('Front desk');
    await settings.save();
    await page.getByText('There are unsaved changes.').waitFor({ state: 'hidden' });
    expect(page.problems).toEqual([]);
  });

  test('has the browser ask before unsaved changes are closed, and not without any', async () => {
    const { page } = await open('general');
    const asks = () =>
      page.evaluate(() => {
        const event = new Event('beforeunload', { cancelable: true });
        window.dispatchEvent(event);
        return event.defaultPrevented;
      });
    await page.getByLabel('Name of the server').fill('Front desk');
    expect(await asks()).toBe(true);
    await page.getByRole('button', { name: 'Discard changes' }).click();
    expect(await page.getByLabel('Name of the server').inputValue()).toBe('Example Office');
    expect(await asks()).toBe(false);
  });

  test('has the rules for passwords, what certificates come from, and what rules may keep partners waiting for', async () => {
    const { page, settings } = await open('security');
    await page.getByRole('textbox', { name: 'Shortest password' }).fill('12');
    await page.getByRole('textbox', { name: 'To be changed after' }).fill('180');
    const acme = page.getByRole('region', { name: 'Certificate from an authority' });
    await acme.getByRole('button', { name: 'More' }).click();
    await acme.getByLabel(/^Certificate of the authority/).fill('-----BEGIN CERTIFICATE-----');
    await lookInBothThemes(page, 'settings-security-changed');
    await settings.open('Storage and retention');
    await page.getByRole('textbox', { name: 'Partners wait for a rule' }).fill('20');
    await settings.save();
    await page.getByText('There are unsaved changes.').waitFor({ state: 'hidden' });
    expect(page.problems).toEqual([]);
  });

  test('says what is wrong at the field and in a summary that leads there', async () => {
    const { page } = await open('servers');
    await page.getByRole('textbox', { name: 'Last data port' }).fill('40000');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Last data port: The last passive port is below the first.' }).click();
    expect(await page.getByRole('textbox', { name: 'Last data port' }).evaluate((field) => field === document.activeElement)).toBe(true);
    await expectAccessible(page, 'settings with an error');
  });

  test('lifts a block, blocks by hand and says what is no address, and keeps the lists', async () => {
    const { page } = await open('security');
    const blocked = page.getByRole('region', { name: 'Blocked addresses' });
    await blocked.getByText('12 min left').waitFor();
    await blocked.getByRole('button', { name: 'Unblock' }).click();
    await blocked.getByText('Nobody is blocked.').waitFor();
    await blocked.getByRole('button', { name: 'Block an address' }).click();
    const dialog = page.getByRole('dialog', { name: 'Block an address' });
    await dialog.getByLabel('Address').fill('example.com');
    await dialog.getByRole('button', { name: 'Block address' }).click();
    await dialog.getByText('Enter an address such as 203.0.113.7.').waitFor();
    await expectAccessible(page, 'the dialog with an error');
    await dialog.getByLabel('Address').fill('198.51.100.99');
    await dialog.getByRole('button', { name: 'Block address' }).click();
    await blocked.getByText('until it is lifted').waitFor();
    await page.getByRole('button', { name: 'Add an address' }).click();
    const entry = page.getByRole('dialog', { name: 'An address or network' });
    await entry.getByLabel('Address or network').fill('192.0.2.0/24');
    await entry.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('table', { name: 'Allowed and refused addresses' }).getByText('192.0.2.0/24').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('asks for the console password before what decides over the machine, then saves', async () => {
    const { page } = await open('security');
    await page.getByRole('checkbox', { name: 'Rules may connect to services on this machine' }).click();
    await formOf(page, 'Rules may connect to services on this machine').getByRole('button', { name: 'Save changes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByLabel('Console password').fill('wrong');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('The console password is wrong.').waitFor();
    await expectAccessible(page, 'the confirmation');
    await dialog.getByLabel('Console password').fill('correct horse');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Rules may connect to services on this machine' }).isChecked()).toBe(true);
  });

  test('keeps the change when the confirmation is cancelled', async () => {
    const { page } = await open('security');
    await page.getByRole('checkbox', { name: 'Rules may connect to services on this machine' }).click();
    await formOf(page, 'Rules may connect to services on this machine').getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('There are unsaved changes.').waitFor();
  });

  test('shows a new token once, lists it without its text and deletes it after a question', async () => {
    const { page, settings } = await open('security');
    const token = await settings.createToken({ name: 'nightly', permission: 'Read the log' });
    await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor();
    await expectAccessible(page, 'the list of tokens');
    expect(await page.getByRole('main').innerText()).not.toContain(token);
    await page.getByRole('button', { name: 'More actions for nightly' }).click();
    await page.getByRole('menuitem', { name: 'Delete token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await page.getByText('There are no tokens').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('refuses a certificate whose key is another one, at its field', async () => {
    const { page } = await open('security');
    await page.getByRole('button', { name: 'Import certificate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'PEM texts' }).click();
    await dialog.getByLabel('Certificate', { exact: true }).fill('-----BEGIN CERTIFICATE-----');
    await dialog.getByLabel('Private key').fill('-----BEGIN PRIVATE KEY-----');
    await dialog.getByRole('button', { name: 'Use this certificate' }).click();
    await dialog.getByText('The key does not belong to the certificate.').waitFor();
    await expectAccessible(page, 'the import of a certificate');
  });

  test('adds an administrator, says what is wrong with a field, and deletes one after a question', async () => {
    const page = await at.open({ route: '/partners/groups' });
    await page.getByRole('button', { name: 'Add role' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('north');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('table', { name: 'Roles' }).getByText('north').waitFor();
    await page.evaluate(() => (location.hash = '#/settings/admins'));
    await page.getByRole('button', { name: 'Add administrator' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an administrator' });
    await dialog.getByLabel('Name').fill('two words');
    await dialog.getByRole('checkbox', { name: 'Change settings' }).click();
    await dialog.getByLabel('Role').click();
    await page.getByRole('option', { name: 'north' }).click();
    expect(await dialog.getByRole('checkbox', { name: 'Change settings' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Save administrator' }).click();
    await dialog.getByText('Use letters, digits and . _ - ~ @ only.').waitFor();
    await lookInBothThemes(page, 'settings-admins-dialog');
    await dialog.getByLabel('Name').fill('paula');
    await dialog.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await dialog.getByRole('button', { name: 'Save administrator' }).click();
    await page.getByRole('cell', { name: 'paula (Role north)', exact: true }).waitFor();
    await page.getByRole('button', { name: 'More actions for temp' }).click();
    await page.getByRole('menuitem', { name: 'Delete administrator' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete administrator' }).click();
    await page.getByRole('cell', { name: 'temp Summer 2026', exact: true }).waitFor({ state: 'hidden' });
    expect(page.problems).toEqual([]);
  });

  test('sends a test mail through the saved settings only', async () => {
    const { page, settings } = await open('mail');
    await page.getByLabel('Sender').fill('office@example.com');
    await page.getByText('Save the changes first').waitFor();
    expect(await page.getByRole('button', { name: 'Send test mail' }).isDisabled()).toBe(true);
    await settings.save();
    await settings.sendTestMail('jo@example.com');
  });

  test('tries another exchange folder before it is saved', async () => {
    const { page } = await open('storage');
    await page.getByRole('textbox', { name: 'Exchange folder' }).fill('/home/office/New place');
    await page.getByRole('button', { name: 'Create the folder' }).click();
    await page.getByText('The folder is there.').waitFor();
  });

  test('runs the checks of the network again', async () => {
    const { page } = await open('servers');
    await page.getByRole('button', { name: 'Run the checks' }).click();
    await page.getByText('Partners in the office connect to 192.168.1.20.').waitFor();
    await page.getByText('100 of 100 ports are free.').waitFor();
    await expectAccessible(page, 'the checks');
  });

  test('sets the recovery passphrase, then makes a backup and names it in the command that restores it', async () => {
    const { page } = await open('backup');
    expect(await page.getByRole('button', { name: 'Make a backup now' }).isDisabled()).toBe(true);
    await page.getByLabel('New passphrase', { exact: true }).fill('correct horse battery');
    await page.getByLabel('New passphrase again').fill('correct horse');
    await page.getByRole('button', { name: 'Set passphrase' }).click();
    await page.getByText('The two are not the same.').waitFor();
    await page.getByLabel('New passphrase again').fill('correct horse battery');
    await page.getByRole('button', { name: 'Set passphrase' }).click();
    await page.getByText('A recovery passphrase is set.').waitFor();
    await page.getByRole('button', { name: 'Make a backup now' }).click();
    await page.getByText(/^The backup gatehouse-.* was made\.$/).waitFor();
    await page.getByText(/^npx gatehouse restore .*\/gatehouse-\S+\.backup --check$/).waitFor();
    await lookInBothThemes(page, 'settings-backup-made');
    expect(page.problems).toEqual([]);
  });

  test('shows what diagnostics hold before they are saved', async () => {
    const { page } = await open('about');
    await page.getByRole('button', { name: 'Prepare diagnostics' }).click();
    await page.getByText('Replaced: 1 user name, 1 address.').waitFor();
    await page.getByRole('button', { name: 'program-log.txt' }).click();
    await page.getByText('<user 1> at <address 1>').waitFor();
    await lookInBothThemes(page, 'settings-diagnostics');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as zip file' }).click();
    expect((await download).suggestedFilename()).toBe('gatehouse-diagnostics-2026-11-30.zip');
  });

  test('changes the theme at once', async () => {
    const { page } = await open('general');
    await page.getByRole('radio', { name: 'Dark' }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.getByRole('radio', { name: 'As the system' }).click();
    await page.locator('html:not([data-theme])').waitFor();
  });

  test('leads an unknown address, and pages that only a desktop has, to the first page', async () => {
    const { page } = await open('desktop');
    await page.getByRole('heading', { name: 'General', level: 1 }).waitFor();
    expect(await page.getByRole('link', { name: 'Desktop' }).count()).toBe(0);
  });
});
