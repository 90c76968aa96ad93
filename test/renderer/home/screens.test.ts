import { describe, expect, test } from 'vitest';
import { lookInBothThemes } from '../../helpers/browser.ts';
import { describeScreens, useDemo } from '../../helpers/screens.ts';

const at = useDemo();

describeScreens('home', at, [
  { name: 'full', route: '/', shows: 'Last visits' },
  { name: 'empty', route: '/', demo: 'fill=empty&mode=quiet&setup=done', shows: 'No one has connected yet' },
  { name: 'broken', route: '/', demo: 'mode=broken', shows: 'Home cannot be read' },
]);

describeScreens('notices', at, [
  { name: 'full', route: '/notices', shows: 'Acme Ltd sent 6 files' },
  { name: 'empty', route: '/notices', demo: 'fill=empty&mode=quiet&setup=done', shows: 'No notices yet' },
]);

describe('Home', () => {
  test('pauses after a question and lets partners in again', async () => {
    const page = await at.open({ route: '/' });
    await page.getByRole('button', { name: 'Pause all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause all' }).click();
    await page.getByText('Paused. Nobody new is let in').waitFor();
    await page.getByRole('button', { name: 'Let partners in' }).click();
    await page.getByText('Live. SFTP').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('starts a rule by hand after a question', async () => {
    const page = await at.open({ route: '/' });
    await page.getByRole('region', { name: 'Start by hand' }).getByRole('button', { name: 'Send the price list' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
    await page.getByText('1 run was started.').waitFor();
    expect(page.problems).toEqual([]);
  });

  test('shows the same figures as plot and as table', async () => {
    const page = await at.open({ route: '/' });
    await page.getByRole('button', { name: 'Show as table' }).first().click();
    await page.getByRole('table').first().getByRole('row').nth(1).waitFor();
  });
});

test('a screen that is not there any more, since Gatehouse was updated, says so and is loaded anew', async () => {
  const page = await at.open({ route: '/' });
  await page.getByText('Last visits').waitFor();
  await page.route(/\/assets\/rules-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
  const navigation = page.getByRole('navigation').first();
  await navigation.getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('alert').getByText('This page could not be loaded.').waitFor();
  await lookInBothThemes(page, 'home-page-missing');
  // The rest goes on.
  await navigation.getByRole('link', { name: 'Partners' }).click();
  await page.getByRole('table').getByText('Brandt Steuerberatung').waitFor();
  await navigation.getByRole('link', { name: 'Rules' }).click();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Load again' }).click();
  await page.getByRole('table', { name: 'Rules' }).waitFor();
});

describe('the notices', () => {
  test('are read one by one and all at once', async () => {
    const page = await at.open({ route: '/notices' });
    await page.getByText('2 are unread.').waitFor();
    await page.getByRole('button', { name: 'Mark read: A rule failed' }).click();
    await page.getByText('1 is unread.').waitFor();
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await page.getByText('Everything is read.').waitFor();
  });
});

describe('the frame', () => {
  test('goes to a section by its key, and lists the keys', async () => {
    const page = await at.open({ route: '/' });
    await page.getByText('Last visits').waitFor();
    await page.keyboard.press('Control+3');
    await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  });

  test('finds partners, rules and pages by a few letters of their names', async () => {
    const page = await at.open({ route: '/' });
    await page.getByText('Last visits').waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Go to' });
    await palette.getByRole('option', { name: /Kestrel Legal/ }).waitFor();
    await lookInBothThemes(page, 'frame-palette');
    await page.keyboard.type('zzz');
    await palette.getByText('Nothing matches').waitFor();
    await palette.getByRole('combobox').fill('kest');
    await expect.poll(() => palette.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Kestrel Legal', level: 1 }).waitFor();
    expect(page.problems).toEqual([]);
  });
});
