import type { Locator, Page } from 'playwright-core';

/** The gestures of the timeline, by role and label. */
export class ActivityScreen {
  readonly page: Page;
  readonly list: Locator;
  readonly rows: Locator;
  readonly search: Locator;
  readonly live: Locator;
  readonly chips: Locator;
  readonly details: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('list', { name: 'Timeline' });
    this.rows = this.list.locator(':scope > [role=listitem]');
    this.search = page.getByRole('textbox', { name: 'Search' });
    this.live = page.getByRole('switch', { name: 'Live' });
    this.chips = page.getByRole('group', { name: 'Filters that are set' });
    this.details = page.getByRole('complementary');
  }

  /** By the left navigation, from anywhere in the console. */
  async open(): Promise<void> {
    await this.page.getByRole('link', { name: 'Activity', exact: true }).click();
    await this.list.waitFor();
  }

  /** The rows whose sentence contains the text. */
  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text });
  }

  /** Opens the details of the first row whose sentence contains the text. */
  async openRow(text: string | RegExp): Promise<void> {
    await this.row(text).first().getByRole('link').first().click();
    await this.details.waitFor();
  }

  /** Unfolds the first session of a partner. */
  async unfold(partner: string): Promise<Locator> {
    await this.row(partner)
      .getByRole('button', { name: `Show what happened in the session of ${partner}` })
      .first()
      .click();
    return this.page.getByRole('list', { name: 'What happened in the session' }).first();
  }

  async searchFor(words: string): Promise<void> {
    await this.search.fill(words);
    await this.search.press('Enter');
  }

  /** Chooses a value of one of the filters, such as Outcome and Failed. */
  async filterBy(filter: string, value: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Filter', exact: true }).click();
    await this.page.getByRole('dialog').getByRole('combobox', { name: filter }).click();
    await this.page.getByRole('option', { name: value, exact: true }).click();
    await this.page.keyboard.press('Escape');
  }

  async openView(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Views' }).click();
    await this.page.getByRole('dialog').getByRole('link', { name }).click();
  }

  async show(rows: 'Sessions' | 'Flat'): Promise<void> {
    await this.page.getByRole('radio', { name: rows }).click();
  }

  /** Exports in a format; resolves with the suggested name of the file. */
  async download(format: 'CSV' | 'JSON Lines'): Promise<string> {
    await this.page.getByRole('button', { name: 'Export' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: format }).click();
    const [file] = await Promise.all([this.page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export' }).click()]);
    return file.suggestedFilename();
  }
}
