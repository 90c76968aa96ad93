import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { RulesScreen } from '../../e2e/console/pages/rules.ts';
import { expectAccessible, lookInBothThemes } from '../../helpers/browser.ts';
import { useDemo } from '../../helpers/screens.ts';

const at = useDemo();

/** A slow machine takes its time; what never comes fails all the same. */
const SOON = { timeout: 15_000 } as const;

type Demo = { readonly fill?: 'empty'; readonly mode?: 'broken'; readonly width?: number };

const demoOf = ({ fill, mode }: Demo): string =>
  new URLSearchParams({ mode: mode ?? 'quiet', setup: 'done', ...(fill === undefined ? {} : { fill }) }).toString();

async function open(route: string, options: Demo = {}) {
  const page = await at.open({ route, demo: demoOf(options), ...(options.width === undefined ? {} : { width: options.width }) });
  return { page, screen: new RulesScreen(page) };
}

/** From the rule's own list of runs. */
async function openRun(page: Page, rule: number, outcome: 'Done' | 'Failed'): Promise<void> {
  await page.goto(`${page.url().split('#')[0] ?? ''}#/rules/${rule}`);
  const runs = page.getByRole('region', { name: 'Last runs' }).getByRole('listitem');
  await runs.filter({ hasText: outcome }).first().getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: /^Run of / }).waitFor();
}

describe('the screens, in both themes', () => {
  test.each([
    ['list', '/rules', {}, 'Tell the ERP about invoices'],
    ['rule', '/rules/2', {}, 'Would have run'],
    ['rule-gone', '/rules/999', {}, 'There is no rule of this number'],
    ['when', '/rules/new', {}, 'When should it run?'],
    ['template', '/rules/new?template=digest', {}, 'Would have gathered'],
    ['flows', '/rules/flows', {}, 'Archive and tell'],
    ['flow', '/rules/flows/1', {}, 'When an action failed'],
    ['flow-new', '/rules/flows/new', {}, 'Belongs to'],
    ['flow-gone', '/rules/flows/99', {}, 'There is no flow of this number'],
    ['run-gone', '/rules/runs/9999', {}, 'There is no run of this number'],
    ['list-broken', '/rules', { mode: 'broken' }, 'The rules cannot be read'],
    ['rule-broken', '/rules/2', { mode: 'broken' }, 'The rules cannot be read'],
    ['flows-broken', '/rules/flows', { mode: 'broken' }, 'The flows cannot be read'],
    ['run-broken', '/rules/runs/3', { mode: 'broken' }, 'The run cannot be read'],
    ['list-empty', '/rules', { fill: 'empty' }, 'No rules yet'],
    ['flows-empty', '/rules/flows', { fill: 'empty' }, 'No flows yet'],
  ] as const)('%s', async (name, route, options, shows) => {
    const page = await at.look({ route, demo: demoOf(options) });
    await page.getByText(shows).first().waitFor();
    await lookInBothThemes(page, `rules-${name}`);
    expect(page.problems).toEqual([]);
  });

  test('every step of the wizard', async () => {
    const { page, screen } = await open('/rules');
    await screen.startNew();
    await screen.chooseTrigger('A file was uploaded');
    await screen.next();
    await screen.addPattern('Name', '*.pdf');
    await page.getByText(/Holds: it is|Does not hold: it is/).waitFor();
    await lookInBothThemes(page, 'rules-conditions');
    await screen.next();
    const card = await screen.addAction('HTTP notification');
    await screen.fillHttp(card, 'https://erp.example.com/in', '{"path": {{toJson .VirtualPath}}}');
    await card.getByText('At most once').waitFor();
    await lookInBothThemes(page, 'rules-actions');
    await screen.next();
    await page.getByRole('radio', { name: 'Once a day' }).click();
    await lookInBothThemes(page, 'rules-timing');
    await screen.next();
    await page
      .getByRole('button', { name: /uploaded .*\.pdf/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Run for real on this one' }).first().waitFor();
    await lookInBothThemes(page, 'rules-test');
    await screen.next();
    await page.getByRole('button', { name: 'Save and switch on' }).waitFor();
    await lookInBothThemes(page, 'rules-save');
    expect(page.problems).toEqual([]);
  });

  test('a failed run', async () => {
    const { page, screen } = await open('/rules');
    await openRun(page, 2, 'Failed');
    await page.getByText('What to try:').waitFor();
    await lookInBothThemes(page, 'rules-run');
    await screen.stop('Name').click();
    await page.getByText('Expected', { exact: true }).waitFor();
    await expectAccessible(page, 'condition of a run');
    expect(page.problems).toEqual([]);
  });
});

describe('saved actions', () => {
  test('are changed for all that use them', async () => {
    const { page } = await open('/rules/flows');
    await page.getByRole('button', { name: 'Change: Tell the office' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change Tell the office' });
    await dialog.getByLabel('Subject').waitFor();
    await lookInBothThemes(page, 'rules-edit-action');
    await dialog.getByLabel('Name', { exact: true }).fill('Tell everybody');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Tell everybody was saved.').waitFor();
    await page.getByRole('button', { name: 'Change: Tell everybody' }).waitFor();
    expect(page.problems).toEqual([]);
  });
});

describe('flows', () => {
  test('are written, saved and run; what is missing is said at its field', async () => {
    const { page } = await open('/rules/flows/new');
    await page.getByRole('button', { name: 'Save flow' }).click();
    await page.getByText('Give the flow a name.').first().waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Greet');
    const steps = page.getByRole('region', { name: 'Then' });
    await steps.getByRole('button', { name: 'Add action' }).click();
    await page.getByRole('menuitem', { name: 'Set variable' }).click();
    await steps.getByRole('textbox', { name: 'Name', exact: true }).first().fill('who');
    await page.getByRole('button', { name: 'Save flow' }).click();
    await page.getByRole('heading', { level: 1, name: 'Greet' }).waitFor();
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
    await page.getByText('Greet was started.').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('an e-mail asks for its mail server where it is needed', async () => {
    const { page, screen } = await open('/rules/new');
    await screen.chooseTrigger('A file was uploaded');
    await screen.next();
    await screen.next();
    const card = await screen.addAction('E-mail');
    await card.getByText(/No mail server is set up yet|Goes out through/).waitFor();
    await lookInBothThemes(page, 'rules-mail-server');
    expect(page.problems).toEqual([]);
  });

  test('a watchful trigger brings its fields along', async () => {
    const { page, screen } = await open('/rules/new');
    await screen.chooseTrigger('A file is late');
    await page.getByRole('textbox', { name: 'Folder of the partner' }).waitFor();
    await screen.chooseTrigger('The disk is nearly full');
    await lookInBothThemes(page, 'rules-watch');
    expect(page.problems).toEqual([]);
  });
});

describe('the list', () => {
  test('switches a rule off and on where it stands', async () => {
    const { page, screen } = await open('/rules');
    const onOff = screen.row('Archive drawings').getByRole('switch');
    await onOff.click();
    await page.getByText('Archive drawings is off.').waitFor();
    expect(await onOff.isChecked()).toBe(false);
    await onOff.click();
    await page.getByText('Archive drawings is on.').waitFor();
  });

  test('moves, duplicates and deletes rules', async () => {
    const { page, screen } = await open('/rules');
    await screen.act('Archive drawings', 'Move up');
    await page.getByText('Archive drawings is now number 2.').waitFor();
    await screen.act('Archive drawings', 'Duplicate');
    const copy = screen.row('Copy of Archive drawings');
    await copy.waitFor();
    expect(await copy.getByRole('switch').isChecked()).toBe(false);
    await screen.act('Copy of Archive drawings', 'Delete');
    await page.getByRole('button', { name: 'Delete rule' }).click();
    await copy.waitFor({ state: 'detached' });
  });

  test('runs a rule by hand and leads to the run', async () => {
    const { page, screen } = await open('/rules');
    await screen.act('Archive drawings', 'Run now');
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
    await page.getByRole('button', { name: 'Show the run' }).click();
    await page.getByRole('heading', { name: 'Run of Archive drawings, version 1' }).waitFor();
  });

  test('without rules offers templates, which begin a rule', async () => {
    const { page, screen } = await open('/rules', { fill: 'empty' });
    await page.getByRole('button', { name: /^Keep a copy/ }).click();
    await screen.summary.getByText(/copy \{\{\.VirtualPath\}\} to \/archive/).waitFor();
  });
});

describe('the wizard', () => {
  test('makes a rule that is on, and says it as one sentence', async () => {
    const { page, screen } = await open('/rules');
    await screen.startNew();
    await screen.chooseTrigger('A file was uploaded');
    await screen.next();
    await screen.addPattern('Name', 'invoice-*.pdf');
    await screen.next();
    const card = await screen.addAction('HTTP notification');
    await screen.fillHttp(card, 'https://erp.example.com/in', '{}');
    await screen.summary.getByText('When a file was uploaded and the name is invoice-*.pdf: POST https://erp.example.com/in.').waitFor();
    await screen.summary.getByText(/Would have run \d+ times in the last 7 days\./).waitFor();
    await screen.step('Name & save');
    await screen.saveAndSwitchOn('Tell the ERP');
    await page.getByText('Tell the ERP is on.').waitFor();
  });

  test('keeps what was typed when it is left, and forgets it on demand', async () => {
    const { page, screen } = await open('/rules');
    await screen.startNew();
    await screen.chooseTrigger('A file was deleted');
    await page.getByRole('button', { name: 'Close, keep what I typed' }).click();
    await screen.startNew();
    expect(await page.getByRole('checkbox', { name: 'A file was deleted' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Start over' }).click();
    expect(await page.getByRole('checkbox', { name: 'A file was deleted' }).isChecked()).toBe(false);
  });

  test('says what is wrong with an action once its step was left, and leads to the field', async () => {
    const { page, screen } = await open('/rules/new?template=call-system');
    await screen.step('Then');
    await screen.step('Name & save');
    await page.getByRole('button', { name: /^Then, action 1: Enter the address\./ }).click();
    const address = page.getByLabel('Address');
    await address.waitFor();
    await expect.poll(() => address.evaluate((control) => control === document.activeElement), SOON).toBe(true);
  });

  test('takes times as people say them', async () => {
    const { page, screen } = await open('/rules/new');
    await screen.chooseTrigger('At set times');
    await page.getByLabel('At what times').fill('every 15 minutes');
    await screen.summary.getByText(/At these times: every 15 minutes/).waitFor();
    await page.getByLabel('At what times').fill('');
    await page.getByLabel('At what times').fill('noon');
    await page.getByText(/Add the time of day/).waitFor();
  });

  test('begins from an event: its trigger, its partner, names like its own', async () => {
    const { page, screen } = await open('/rules');
    await openRun(page, 2, 'Failed');
    const link = page.getByRole('link', { name: / uploaded invoice-\d+\.pdf/ }).first();
    const event = /\/activity\/event\/(\d+)/.exec((await link.getAttribute('href')) ?? '')?.[1] ?? '';
    await page.goto(`${page.url().split('#')[0] ?? ''}#/rules/new?event=${event}`);
    await screen.summary.getByText(/When a file was uploaded and the partner is .* and the name is invoice-\*\.pdf/).waitFor();
  });

  test('does one action for real, after a question, and shows what came back', async () => {
    const { page, screen } = await open('/rules/2');
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '1. HTTP notification' }) });
    await card.getByRole('button', { name: 'Test this action' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
    await card.getByText(/It worked, in/).waitFor();
    await screen.summary.waitFor();
  });

  test('can be used at the width of a phone', async () => {
    const { page, screen } = await open('/rules/new', { width: 320 });
    await screen.chooseTrigger('A file was uploaded');
    await screen.next();
    await screen.addPattern('Name', '*.pdf');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
  });
});

describe('the page of a rule', () => {
  test('saves a change as a version, and the one before can be brought back', async () => {
    const { page, screen } = await open('/rules/2');
    const name = page.getByLabel('Name, 1');
    await name.fill('order-*.csv');
    await screen.summary.getByText(/the name is order-\*\.csv/).waitFor();
    await page.getByRole('button', { name: 'Save changes' }).click();
    const versions = page.getByRole('region', { name: 'Versions' });
    await versions.getByRole('button', { name: /^Version 1/ }).click();
    // By key: the toast may lie over it.
    await versions.getByRole('button', { name: 'Bring back: Version 1' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Bring back' }).click();
    await versions.getByRole('button', { name: /^Version 3/ }).waitFor();
    await expect.poll(() => name.inputValue(), SOON).toBe('invoice-*.pdf');
  });

  test('undoes the last save', async () => {
    const { page } = await open('/rules/2');
    const name = page.getByLabel('Name, 1');
    await name.fill('order-*.csv');
    await page.getByRole('button', { name: 'Save changes' }).click();
    // By key: a press of the mouse would wait for the toast to stand still, and it goes by itself.
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page
      .getByRole('region', { name: 'Versions' })
      .getByRole('button', { name: /^Version 3/ })
      .waitFor();
    await expect.poll(() => name.inputValue(), SOON).toBe('invoice-*.pdf');
  });

  test('keeps an incomplete rule, switched off', async () => {
    const { page, screen } = await open('/rules/2');
    await page.getByRole('textbox', { name: 'Address' }).fill('');
    await page.getByRole('button', { name: 'Save as incomplete' }).click();
    await page.getByText('Rule saved').waitFor();
    await page.getByRole('link', { name: 'All rules' }).click();
    await screen.row('Tell the ERP about invoices').getByText('Incomplete').waitFor();
    expect(await screen.row('Tell the ERP about invoices').getByRole('switch').isDisabled()).toBe(true);
  });

  test('does the rule for real on one past event', async () => {
    const { page } = await open('/rules/2');
    await page
      .getByRole('button', { name: /uploaded invoice-\d+\.pdf/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Run for real on this one' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('heading', { name: 'Run of Tell the ERP about invoices, version 1' }).waitFor();
  });
});

describe('the page of a run', () => {
  test('retries what failed, and shows the new attempt', async () => {
    const { page, screen } = await open('/rules');
    await openRun(page, 2, 'Failed');
    await screen.retryFailedSteps();
    await screen.stop('HTTP notification').filter({ hasText: 'Done' }).first().waitFor();
    await page.getByRole('button', { name: 'Retry failed steps' }).waitFor({ state: 'detached' });
  });

  test('leads to the run before and back, and to the rule with the event', async () => {
    const { page } = await open('/rules');
    await openRun(page, 1, 'Done');
    const first = page.url();
    await page.getByRole('button', { name: 'Previous run' }).click();
    await expect.poll(() => page.url(), SOON).not.toBe(first);
    await page.getByRole('button', { name: 'Next run' }).click();
    await expect.poll(() => page.url(), SOON).toBe(first);
    await page.getByRole('link', { name: 'Open rule with this event' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tell the office about new files' }).waitFor();
  });
});
