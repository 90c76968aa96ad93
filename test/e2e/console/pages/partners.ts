import type { Page } from 'playwright-core';

/** The gestures of the partners' pages. */
export function partnersPage(page: Page) {
  return {
    /** From the list: makes a partner with a generated password, which it resolves with. */
    async create(partner: { readonly company: string; readonly template: 'Drop-off' | 'Pick-up' | 'Both' }): Promise<string> {
      await page.getByRole('link', { name: 'Add partner' }).click();
      await page.getByLabel('Company or person').fill(partner.company);
      await page.getByRole('radio', { name: new RegExp(`^${partner.template}`) }).click();
      await page.getByRole('button', { name: 'Create partner' }).click();
      await page.getByRole('heading', { name: /is ready$/ }).waitFor();
      const shown = await page.getByText(/^(\w{5}-){3}\w{5}$/).innerText();
      return shown.trim();
    },
  };
}
