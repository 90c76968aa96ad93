import type { Locator, Page } from 'playwright-core';

export type WizardStepName = 'When' | 'Only if' | 'Then' | 'Timing' | 'Test' | 'Name & save';

/** The gestures of the list of rules, of the form of a rule and of the page of a run. */
export class RulesScreen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** A rule in the list, by its name. */
  row(name: string): Locator {
    return this.page.getByRole('row').filter({ hasText: name });
  }

  /** Chooses one of a row's actions from its menu. */
  async act(name: string, action: string): Promise<void> {
    await this.row(name).hover();
    await this.page.getByRole('button', { name: `More actions for ${name}` }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  async startNew(): Promise<void> {
    // The list offers the one, the empty state the other.
    await this.page.getByRole('link', { name: /^(New rule|Begin from scratch)$/ }).click();
    await this.page.getByRole('heading', { name: 'When should it run?' }).waitFor();
  }

  /** Goes to a step of the wizard by its name at the left. */
  async step(name: WizardStepName): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click();
  }

  async next(): Promise<void> {
    await this.page.getByRole('button', { name: 'Next', exact: true }).click();
  }

  async chooseTrigger(title: string): Promise<void> {
    await this.page.getByRole('checkbox', { name: title, exact: true }).click();
  }

  /** Adds a condition of a kind that is written as patterns, with its first pattern. */
  async addPattern(kind: string, pattern: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add condition' }).click();
    await this.page.getByRole('menuitem', { name: kind, exact: true }).click();
    await this.page.getByLabel(`${kind}, 1`).fill(pattern);
  }

  /** Adds an action; resolves with its part of the form. */
  async addAction(title: string): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Add action' }).click();
    await this.page.getByRole('menuitem', { name: title, exact: true }).click();
    return this.page.getByRole('listitem').filter({ has: this.page.getByRole('heading', { name: new RegExp(`^\\d+\\. ${title}$`) }) });
  }

  async fillHttp(card: Locator, url: string, body: string): Promise<void> {
    await card.getByLabel('Address').fill(url);
    await card.getByLabel('Body').fill(body);
  }

  /** The sentence and the count beside the form. */
  get summary(): Locator {
    return this.page.getByRole('complementary', { name: 'So far' });
  }

  async saveAndSwitchOn(name: string): Promise<void> {
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await this.page.getByRole('button', { name: 'Save and switch on' }).click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** A stop on a run's way, by its title. */
  stop(title: string): Locator {
    return this.page.getByRole('navigation', { name: 'What happened, step by step' }).getByRole('button', { name: title });
  }

  async retryFailedSteps(): Promise<void> {
    await this.page.getByRole('button', { name: 'Retry failed steps' }).click();
  }
}
