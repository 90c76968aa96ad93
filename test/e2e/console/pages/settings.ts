import type { Page } from 'playwright-core';

/** The gestures of Settings. */
export function settingsPage(page: Page) {
  const save = async () => {
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
  };

  return {
    /** Opens a page of Settings by the link with this name. */
    async open(section: string): Promise<void> {
      await page.getByRole('navigation', { name: 'Settings pages' }).getByRole('link', { name: section }).click();
      await page.getByRole('heading', { name: section, level: 1 }).waitFor();
    },

    save,

    /** On the page Mail: a mail server without encryption and sign-in, as on this machine. */
    async useMailServer({ host, port, from }: { readonly host: string; readonly port: number; readonly from: string }): Promise<void> {
      await page.getByLabel('Mail server', { exact: true }).fill(host);
      await page.getByRole('textbox', { name: 'Port' }).fill(String(port));
      await page.getByRole('combobox', { name: 'Encryption' }).click();
      await page.getByRole('option', { name: /^None/ }).click();
      await page.getByLabel('Sender').fill(from);
      await save();
    },

    async sendTestMail(to: string): Promise<void> {
      await page.getByLabel('Send it to').fill(to);
      await page.getByRole('button', { name: 'Send test mail' }).click();
      await page.getByText(`The mail server took the message for ${to}.`).waitFor();
    },

    /** On the page Security. Resolves with the token's text. */
    async createToken({ name, permission }: { readonly name: string; readonly permission: string }): Promise<string> {
      await page.getByRole('button', { name: 'Create token' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByRole('checkbox', { name: permission }).click();
      await dialog.getByRole('button', { name: 'Create token' }).click();
      const token = await dialog.getByText(/^gha_/).innerText();
      await dialog.getByRole('button', { name: 'Done' }).click();
      return token.trim();
    },
  };
}
