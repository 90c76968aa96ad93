import { describe, expect, test } from 'vitest';
import { setupPage } from '../../e2e/console/pages/setup.ts';
import { expectAccessible, lookInBothThemes } from '../../helpers/browser.ts';
import { describeScreens, useDemo } from '../../helpers/screens.ts';

const at = useDemo();
const NEW_OFFICE = 'fill=empty&mode=quiet';
/** Eight screens with axe on each, on a busy machine. */
const WHOLE_WAY_MS = 120_000;

describeScreens('setup', at, [
  { name: 'start-empty', route: '/setup', demo: NEW_OFFICE, shows: 'Set up Gatehouse' },
  { name: 'broken', route: '/setup/folder', demo: 'mode=broken', shows: 'The set-up cannot be read' },
  { name: 'again-protocols', route: '/setup/protocols', shows: 'Port 2022 is free.' },
  { name: 'again-identity', route: '/setup/identity', shows: 'Valid until' },
  { name: 'again-reach', route: '/setup/reach', shows: 'ufw is on and lets the ports in.' },
  { name: 'again-check', route: '/setup/check', shows: 'Everything works.' },
]);

/** The wizard of a new office, before its first question. */
async function newOffice() {
  const page = await at.open({ route: '/', demo: NEW_OFFICE });
  const setup = setupPage(page);
  await setup.begin();
  return { page, setup };
}

describe('the set-up wizard', () => {
  test(
    'leads from the first question to a live server, accessible at every step',
    async () => {
      const { page, setup } = await newOffice();
      const look = async (step: string, shows: string): Promise<void> => {
        await page.getByText(shows).first().waitFor();
        await lookInBothThemes(page, `setup-${step}`);
      };
      await look('folder', 'The folder does not exist yet.');
      await setup.chooseFolder();
      await look('protocols', 'Port 2022 is free.');
      await setup.chooseProtocols({ ftps: { port: 2121, passiveFrom: 50_000, passiveTo: 50_049 } });
      await look('identity', 'Valid until');
      await setup.introduce('Example Office');
      await look('reach', 'ufw is on and has no rule');
      await setup.acceptReach();
      await look('partner', 'What may they do?');
      await setup.addPartner({ company: 'Müller & Söhne', template: 'Both' });
      await look('alerts', 'Quiet hours');
      await setup.chooseAlerts();
      await look('check', 'Everything works.');
      await setup.goLive();
      await look('live', 'Partners can connect by SFTP on port 2022 and FTPS on port 2121.');
      await page.getByRole('link', { name: 'Open connection sheet' }).click();
      await page.waitForURL(/partners\/mueller-soehne\/sheet/);
      expect(page.problems).toEqual([]);
    },
    WHOLE_WAY_MS,
  );

  test('says how a backup of another machine is put in place', async () => {
    const page = await at.open({ route: '/setup', demo: NEW_OFFICE });
    await page.getByRole('radio', { name: 'Restore a backup' }).click();
    await page.getByText(/^npx gatehouse restore FILE --replace --data /).waitFor();
    await page.getByRole('button', { name: 'Copy the command that checks it' }).waitFor();
    await lookInBothThemes(page, 'setup-restore');
    expect(page.problems).toEqual([]);
  });

  test('says which step it is and moves the focus to its question', async () => {
    const { page, setup } = await newOffice();
    await setup.chooseFolder();
    await page.getByText('Step 2 of 7: Protocols').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('How do partners connect?');
  });

  test('keeps what was typed when one goes back, and the answers for another visit', async () => {
    const { page, setup } = await newOffice();
    await setup.chooseFolder('/home/office/Partners');
    await setup.chooseProtocols({ sftpPort: 2200 });
    await page.getByLabel('Name of the server').fill('Front desk');
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await page.getByRole('textbox', { name: 'Port' }).inputValue()).toBe('2200');
    await setup.next();
    expect(await page.getByLabel('Name of the server').inputValue()).toBe('Front desk');
    // Another place, and back: the wizard is made anew from what was kept.
    await page.evaluate(() => {
      location.hash = '#/setup';
    });
    await page.getByRole('button', { name: 'Continue with step 3: Identity' }).click();
    expect(await page.getByLabel('Name of the server').inputValue()).toBe('Front desk');
  });

  test('shows no step whose turn has not come', async () => {
    const { page } = await newOffice();
    expect(await page.getByRole('button', { name: /^Reach/ }).isDisabled()).toBe(true);
    await page.evaluate(() => {
      location.hash = '#/setup/check';
    });
    await page.getByRole('heading', { name: 'Where are the files kept?' }).waitFor();
  });

  test('refuses a folder of the system and says why, at the field', async () => {
    const { page, setup } = await newOffice();
    await page.getByRole('textbox', { name: 'Exchange folder' }).fill('/etc');
    await setup.next();
    await page.getByText('This folder belongs to the operating system.').first().waitFor();
    expect(await page.getByRole('textbox', { name: 'Exchange folder' }).evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test('finds a folder by looking through the machine', async () => {
    const { page } = await newOffice();
    await page.getByRole('button', { name: 'Choose folder' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Documents' }).click();
    await dialog.getByText('/home/office/Documents', { exact: true }).waitFor();
    await expectAccessible(page, 'the folder dialogue');
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    expect(await page.getByRole('textbox', { name: 'Exchange folder' }).inputValue()).toBe('/home/office/Documents');
  });

  test('offers another port where one cannot be had, and puts it in', async () => {
    const { page, setup } = await newOffice();
    await setup.chooseFolder();
    await page.getByRole('textbox', { name: 'Port' }).fill('22');
    await page.getByRole('button', { name: 'Use port 2022' }).click();
    await page.getByText('Port 2022 is free.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Port' }).inputValue()).toBe('2022');
  });

  test('lets plain FTP in only after a tick', async () => {
    const { page, setup } = await newOffice();
    await setup.chooseFolder();
    await page.getByRole('switch', { name: 'Plain FTP' }).click();
    await setup.next();
    await page.getByText('Tick that passwords can be read on the way').waitFor();
    await page.getByRole('checkbox', { name: 'I know that passwords' }).click();
    await setup.next();
    await page.getByRole('heading', { name: 'How does the server introduce itself?' }).waitFor();
  });

  test('has the firewall opened by its row', async () => {
    const { page, setup } = await newOffice();
    await setup.chooseFolder();
    await setup.chooseProtocols();
    await setup.introduce();
    await page.getByRole('button', { name: 'Let partners through' }).click();
    await page.getByText('The firewall was told to let the ports in.').waitFor();
  });

  test('has the servers on for the test only: they go off when it is left', async () => {
    const { page, setup } = await newOffice();
    await setup.chooseFolder();
    await setup.chooseProtocols();
    await setup.introduce();
    await page.getByRole('radio', { name: /^Also from the Internet/ }).click();
    await page.getByText('The servers are off.').waitFor();
    await setup.acceptReach();
    await setup.addPartner({ company: 'Acme', template: 'Drop-off' });
    await setup.chooseAlerts();
    await page.getByText('Waiting for a client from outside.').waitFor();
    await page.getByText('Everything works.').waitFor();
    await page.getByRole('button', { name: /^Reach/ }).click();
    await page.getByText('The servers are off.').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('opens a step again from the settings, and returns there', async () => {
    const page = await at.open({ route: '/settings/general' });
    await page.getByRole('link', { name: 'Identity' }).click();
    await page.getByLabel('Name of the server').fill('Back office');
    await page.getByRole('button', { name: 'Save and return to Settings' }).click();
    await page.getByRole('heading', { name: 'General', level: 1 }).waitFor();
    expect(await page.getByLabel('Name of the server').inputValue()).toBe('Back office');
  });
});
