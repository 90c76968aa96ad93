import { describe, expect, test } from 'vitest';
import { ActivityScreen } from '../../e2e/console/pages/activity.ts';
import { expectAccessible, lookInBothThemes, screenshot } from '../../helpers/browser.ts';
import { useDemo } from '../../helpers/screens.ts';

const at = useDemo();

/** The filters' own times, such as a week, count from the present. */
const NOW = Date.now();

type Demo = { readonly fill?: 'empty'; readonly mode?: 'quiet' | 'live' | 'broken'; readonly width?: number };

const demoOf = ({ fill, mode = 'quiet' }: Demo): string =>
  new URLSearchParams({ now: String(NOW), mode, setup: 'done', ...(fill === undefined ? {} : { fill }) }).toString();

async function open(route: string, options: Demo = {}) {
  const page = await at.open({ route, demo: demoOf(options), ...(options.width === undefined ? {} : { width: options.width }) });
  return { page, screen: new ActivityScreen(page) };
}

/** Id of a session and an event of the demo that have rule runs. */
const SESSION = 119;

describe('the screens, in both themes', () => {
  test.each([
    ['timeline', '/activity', 'Acme Ltd'],
    ['flat', '/activity?show=flat', 'uploaded'],
    ['filtered', '/activity?outcome=failed,aborted&time=week&q=invoice', 'Acme Ltd'],
    ['session', `/activity/session/${SESSION}`, 'What happened in the session'],
    ['no-hits', '/activity?partner=lind&protocol=HTTP', 'Nothing fits all of these filters'],
    ['gone', '/activity/event/999999', 'It may have been removed'],
  ])('%s', async (name, route, shows) => {
    const page = await at.look({ route, demo: demoOf({}) });
    await page.getByText(shows).first().waitFor();
    await lookInBothThemes(page, `activity-${name}`);
    expect(page.problems).toEqual([]);
  });

  test('event, with what the rules made of it', async () => {
    const { page, screen } = await open('/activity?show=flat&direction=upload&outcome=ok');
    await screen.openRow('uploaded');
    await screen.details.getByRole('heading', { name: 'Rules' }).waitFor();
    await screen.details.getByRole('link', { name: 'Make rule from this' }).waitFor();
    await lookInBothThemes(page, 'activity-event');
    expect(page.problems).toEqual([]);
  });

  test('transfers under way, an unfolded session and the plot', async () => {
    const { page, screen } = await open('/activity', { mode: 'live' });
    await screen.row('Transfers under way').getByRole('progressbar').waitFor();
    await screen.unfold('Kestrel Legal');
    await page.getByRole('button', { name: 'Transfers' }).click();
    await page.getByRole('img', { name: /Files per hour/ }).waitFor();
    await lookInBothThemes(page, 'activity-live');
    expect(page.problems).toEqual([]);
  });

  test('nobody has come yet', async () => {
    const { page } = await open('/activity', { fill: 'empty' });
    await page.getByText('No one has connected yet').waitFor();
    await page.getByRole('link', { name: 'Add partner' }).waitFor();
    await lookInBothThemes(page, 'activity-timeline-empty');
    expect(page.problems).toEqual([]);
  });

  test('cannot be read', async () => {
    const { page } = await open('/activity', { mode: 'broken' });
    const alert = page.getByRole('alert').filter({ hasText: 'The timeline cannot be read' });
    await alert.getByRole('button', { name: 'Try again' }).waitFor();
    await lookInBothThemes(page, 'activity-broken');
    expect(page.problems).toEqual([]);
  });
});

describe('the timeline', () => {
  test('fits 320 pixels without scrolling sideways', async () => {
    const { page, screen } = await open('/activity', { width: 320 });
    await screen.rows.first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await expectAccessible(page, 'narrow');
    await screenshot(page, 'activity-timeline-narrow');
  });

  test('only rows in sight exist, and older ones are read on the way down', async () => {
    const { page, screen } = await open('/activity?show=flat');
    await screen.rows.first().waitFor();
    expect(await screen.rows.count()).toBeLessThan(60);
    await screen.list.hover();
    for (let turn = 0; turn < 8; turn++) {
      await page.mouse.wheel(0, 3000);
      await screen.rows.first().waitFor();
    }
    await expect.poll(async () => Number(await screen.rows.last().getAttribute('aria-posinset')), { timeout: 10_000 }).toBeGreaterThan(150);
    expect(await screen.rows.count()).toBeLessThan(60);
  });

  test('a session unfolds to its files, and each file to the rule runs, which lead to their traces', async () => {
    const { screen } = await open('/activity');
    const inside = await screen.unfold('Kestrel Legal');
    await inside.getByRole('link', { name: /signed in/ }).waitFor();
    const file = inside.getByRole('listitem').filter({ hasText: 'uploaded' }).filter({ hasText: 'Rule Tell the office' }).first();
    await expect(file.getByRole('link', { name: /Rule Tell the office/ }).getAttribute('href')).resolves.toMatch(/^#\/rules\/runs\/\d+$/);
  });

  test('tokens become chips in the address; what is unknown is said and keeps the words', async () => {
    const { page, screen } = await open('/activity');
    await screen.searchFor('partner:acme status:lost invoice');
    await page.getByText(/“lost” is no status/).waitFor();
    await expect(screen.search.inputValue()).resolves.toBe('partner:acme status:lost invoice');
    await screen.searchFor('partner:acme status:ok invoice');
    await screen.chips.getByText('Acme Ltd').waitFor();
    expect(page.url()).toContain('partner=acme');
    expect(page.url()).toContain('outcome=ok');
    expect(page.url()).toContain('q=invoice');
    await screen.chips.getByRole('button', { name: 'Remove Partner Acme Ltd' }).click();
    await expect.poll(() => page.url()).not.toContain('partner=');
  });

  test('filters hold at once, and going back takes them away again', async () => {
    const { page, screen } = await open('/activity');
    await screen.filterBy('Outcome', 'Failed');
    await screen.chips.getByText('Failed').waitFor();
    await page.goBack();
    await expect.poll(() => screen.chips.count()).toBe(0);
  });

  test('nothing fits: says what there would be without each filter', async () => {
    const { page, screen } = await open('/activity?partner=acme&protocol=HTTP');
    const without = page.getByRole('listitem').filter({ hasText: 'Without Protocol HTTP' });
    await without.getByText(/\d+ events/).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Without Partner Acme Ltd' }).getByText('nothing either').waitFor();
    await without.getByRole('button', { name: 'Leave out Protocol HTTP' }).click();
    await screen.row('Acme Ltd').first().waitFor();
  });

  test('a view is kept under a name and removed again', async () => {
    const { page, screen } = await open('/activity?outcome=aborted');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('textbox', { name: 'Name of this view' }).fill('Cut short');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByRole('button', { name: 'Remove the view Cut short' }).waitFor();
    await page.keyboard.press('Escape');
    await screen.openView('Sign-ins');
    await screen.chips.getByText(/Signed in/).waitFor();
    await screen.openView('Cut short');
    await screen.chips.getByText('Cut short').waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Remove the view Cut short' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Remove the view Cut short' }).count()).toBe(0);
  });

  test('obeys the keys of lists', async () => {
    const { page, screen } = await open('/activity?show=flat');
    await screen.rows.first().waitFor();
    await page.keyboard.press('j');
    await expect
      .poll(() =>
        screen.rows
          .nth(0)
          .getByRole('link')
          .first()
          .evaluate((link) => link === document.activeElement),
      )
      .toBe(true);
    await page.keyboard.press('j');
    await expect
      .poll(() =>
        screen.rows
          .nth(1)
          .getByRole('link')
          .first()
          .evaluate((link) => link === document.activeElement),
      )
      .toBe(true);
    await page.keyboard.press('Enter');
    await screen.details.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => screen.details.count()).toBe(0);
    await page.keyboard.press('l');
    await expect(screen.live.isChecked()).resolves.toBe(false);
    await page.keyboard.press('f');
    await expect.poll(() => screen.search.evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type('lej');
    await expect(screen.search.inputValue()).resolves.toBe('lej');
    await expect(screen.live.isChecked()).resolves.toBe(false);
  });

  test('new rows come in at the top of a live list; a paused one says how many wait', async () => {
    const { page, screen } = await open('/activity', { mode: 'live' });
    await screen.rows.first().waitFor();
    await screen.live.click();
    const jump = page.getByRole('button', { name: /new – jump/ });
    await jump.waitFor({ timeout: 20_000 });
    await jump.click();
    await expect.poll(() => jump.count()).toBe(0);
  });

  test('exports what the filters show', async () => {
    const { page, screen } = await open('/activity?outcome=failed');
    await expect(screen.download('CSV')).resolves.toMatch(/^activity-\d{4}-\d{2}-\d{2}\.csv$/);
    await page.getByText('The export was handed to the browser').first().waitFor();
  });

  test('says which parts of its address it does not know', async () => {
    const { page } = await open('/activity?outcome=lost');
    await page.getByText(/outcome=lost/).waitFor();
  });
});
