import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { lookInBothThemes, openPage, screenshot, startBrowser } from '../../helpers/browser.ts';
import { consoleBuilt } from '../../helpers/console.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { CLIENT, startIdentityProvider } from '../../helpers/identity-provider.ts';
import { settingsPage } from './pages/settings.ts';

const PASSWORD = 'correct horse battery';

let browser: Browser;
beforeAll(async () => {
  await consoleBuilt();
  browser = await startBrowser();
}, 120_000);
afterAll(() => browser.close());

/** The page before the console, and the way out of it. */
function door(page: Page) {
  return {
    async signIn(name: string, password: string): Promise<void> {
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    },
    async enterCode(code: string): Promise<void> {
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    },
    async signOut(): Promise<void> {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to Gatehouse' }).waitFor();
    },
  };
}

test('administrators sign in over HTTPS, see what they may see, add a second factor, and leave', async () => {
  const gatehouse = await startTestEngine();
  await gatehouse.call('settings.save', { server: { setUp: true } });
  await gatehouse.call('admins.save', { name: 'kim', password: PASSWORD });
  await gatehouse.call('admins.save', { name: 'lee', password: PASSWORD, permissions: ['events.read'] });
  await gatehouse.call('settings.save', { console: { enabled: true, host: '0.0.0.0', port: 0 } });
  const { port } = (await gatehouse.call('server.status')).listeners.console;
  const page = await openPage(browser, { ignoreHTTPSErrors: true });
  onTestFinished(() => page.context().close());
  const entrance = door(page);

  await page.goto(`https://127.0.0.1:${port}/`);
  await page.getByRole('heading', { name: 'Sign in to Gatehouse' }).waitFor();
  await entrance.signIn('kim', 'wrong password');
  await page.getByText('Name or password is wrong.').waitFor();
  await lookInBothThemes(page, 'sign-in');

  await entrance.signIn('lee', PASSWORD);
  const sections = page.getByRole('navigation', { name: 'Sections' });
  await sections.getByText('Signed in as lee').waitFor();
  await sections.getByRole('link', { name: 'Partners' }).waitFor({ state: 'hidden' });
  expect(await sections.getByRole('link').allInnerTexts()).toEqual(['Home', 'Activity', 'Notices']);
  await page.goto(`https://127.0.0.1:${port}/#/partners`);
  await page.getByText('This page is not open to you').first().waitFor();
  await screenshot(page, 'sign-in-not-allowed');
  await entrance.signOut();

  await entrance.signIn('kim', PASSWORD);
  await sections.getByRole('link', { name: 'Settings' }).click();
  await settingsPage(page).open('Administrators');
  await page.getByText(`Other machines reach the console at port ${port}.`).waitFor();
  await page.getByRole('button', { name: 'Set up' }).click();
  const secret = await page
    .getByRole('dialog')
    .getByText(/^[A-Z2-7]{32}$/)
    .innerText();
  const code = (step: number) => new TOTP({ secret: secret.trim() }).generate({ timestamp: Date.now() + step * 30_000 });
  await page.getByRole('dialog').getByLabel('Code that the app shows now').fill(code(0));
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('On, 10 recovery codes are left').waitFor();
  await lookInBothThemes(page, 'sign-in-administrators');
  await entrance.signOut();

  await entrance.signIn('kim', PASSWORD);
  await entrance.enterCode('000000');
  await page.getByText('The code is not right.').waitFor();
  await lookInBothThemes(page, 'sign-in-code');
  await entrance.enterCode(code(1));
  await sections.getByText('Signed in as kim').waitFor();
  // Refusals are answers with their status; nothing else may go wrong in the page.
  expect(page.problems.filter((problem) => !/status of 40[13]/.test(problem))).toEqual([]);
});

test('a provider of identities leads back into the console, or to a partner’s account that is ready', async () => {
  const gatehouse = await startTestEngine();
  const provider = await startIdentityProvider(`${gatehouse.http}/`);
  await gatehouse.call('settings.save', {
    server: { setUp: true },
    outbound: { allowLoopback: true },
    identity: { enabled: true, name: 'Example Office', issuer: provider.issuer, ...CLIENT, roleClaim: 'roles' },
  });
  await gatehouse.call('admins.save', { name: 'kim', password: PASSWORD });
  await gatehouse.call('accounts.save', { username: 'lee', password: PASSWORD });
  const page = await openPage(browser);
  onTestFinished(() => page.context().close());
  const withProvider = page.getByRole('button', { name: 'Sign in with Example Office' });

  await page.goto(gatehouse.http);
  await withProvider.waitFor();
  provider.become('nobody', { roles: ['admin'] });
  await withProvider.click();
  await page.getByText('nobody may not sign in here. Ask the administrator.').waitFor();
  await lookInBothThemes(page, 'sign-in-provider');
  provider.become('lee');
  await withProvider.click();
  await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
  await lookInBothThemes(page, 'sign-in-partner');

  await page.goto(gatehouse.http);
  provider.become('kim', { roles: ['admin'] });
  await withProvider.click();
  await page.getByRole('navigation', { name: 'Sections' }).getByText('Signed in as kim').waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(page.problems.filter((problem) => !/status of 40[13]/.test(problem))).toEqual([]);
});
