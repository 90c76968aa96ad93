import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible, expectReflow, lookInBothThemes } from '../helpers/browser.ts';
import { useDemo } from '../helpers/screens.ts';

const SECTIONS = ['inputs', 'feedback', 'lists', 'overlays', 'wizard', 'plots', 'events', 'rules', 'actions', 'colours'] as const;
type Section = (typeof SECTIONS)[number];

const at = useDemo();

async function withSection(section: Section, use: (page: Awaited<ReturnType<typeof at.openGallery>>) => Promise<void>): Promise<void> {
  const page = await at.openGallery(section);
  await page.getByRole('main').getByRole('heading', { level: 1 }).first().waitFor();
  await use(page);
  expect(page.problems).toEqual([]);
}

const focusedText = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

describe('the gallery', () => {
  it.each(SECTIONS)('shows %s to everybody in both themes, and at 400 %', { timeout: 90_000 }, async (section) => {
    await withSection(section, async (page) => {
      await lookInBothThemes(page, `gallery-${section}`);
      await expectReflow(page);
    });
  });
});

describe('values as people say them', () => {
  it('stay as typed and are said back exactly', async () => {
    await withSection('inputs', async (page) => {
      const field = page.getByRole('textbox', { name: 'Keep events for' });
      await field.fill('2 weeks');
      await page.getByText('= 14 days').waitFor();
      expect(await field.inputValue()).toBe('2 weeks');
    });
  });

  it('say what is wrong with them', async () => {
    await withSection('inputs', async (page) => {
      await page.getByRole('textbox', { name: 'Send the digest' }).fill('weekdays');
      await page.getByText('Add the time of day').waitFor();
    });
  });
});

describe('a table', () => {
  it('is moved in with J, K and arrows; Enter opens a row, Escape closes it and gives the focus back', async () => {
    await withSection('lists', async (page) => {
      const panel = page.getByRole('complementary');
      await panel.getByRole('heading', { name: 'Acme Ltd' }).waitFor();
      await page.getByRole('button', { name: 'Acme Ltd', exact: true }).focus();
      await page.keyboard.press('j');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('k');
      await page.keyboard.press('Enter');
      await panel.getByRole('heading', { name: 'Brandt Steuerberatung' }).waitFor();
      expect(await focusedText(page)).toBe('Brandt Steuerberatung');
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
    });
  });

  it('is sorted by its headings', async () => {
    await withSection('lists', async (page) => {
      await page.getByRole('button', { name: 'Stored' }).click();
      await page.getByRole('columnheader', { name: 'Stored' }).and(page.locator('[aria-sort="ascending"]')).waitFor();
      expect(await page.getByRole('row').nth(1).innerText()).toContain('Kestrel Legal');
    });
  });

  it('offers a row’s actions in a menu', async () => {
    await withSection('lists', async (page) => {
      await page.getByRole('button', { name: 'More actions for NovaPrint' }).press('Enter');
      await page.getByRole('menuitem', { name: 'Delete partner' }).waitFor();
    });
  });
});

describe('a long list', () => {
  it('draws only what is in sight, tells position and count, and keeps the focused row', async () => {
    await withSection('lists', async (page) => {
      const list = page.getByRole('list', { name: 'Uploads' });
      const first = list.getByRole('button', { name: /invoice-5000/ });
      await first.focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction(() => document.activeElement?.textContent.includes('invoice-4999') === true);
      await list.evaluate((element) => element.parentElement?.scrollTo({ top: 90_000 }));
      await list
        .getByText(/invoice-25\d\d/)
        .first()
        .waitFor();
      expect(await focusedText(page)).toContain('invoice-4999');
      expect(await list.getByRole('listitem').count()).toBeLessThan(60);
      const focused = list.getByRole('listitem').filter({ hasText: 'invoice-4999' });
      expect([await focused.getAttribute('aria-posinset'), await focused.getAttribute('aria-setsize')]).toEqual(['2', '5000']);
    });
  });
});

describe('dialogues', () => {
  it('ask with the focus on what changes nothing, and give it back', async () => {
    await withSection('overlays', async (page) => {
      await page.getByRole('button', { name: 'Delete Acme' }).press('Enter');
      await page.getByRole('dialog', { name: 'Delete Acme Ltd?' }).waitFor();
      await expect.poll(() => focusedText(page)).toBe('Keep partner');
      await page.keyboard.press('Escape');
      await expect.poll(() => focusedText(page)).toBe('Delete Acme');
    });
  });
});

describe('the wizard', () => {
  it('moves the focus to the question of the next step and says which one it is', async () => {
    await withSection('wizard', async (page) => {
      await page.getByRole('button', { name: 'Next' }).click();
      await expect.poll(() => focusedText(page)).toBe('What should happen?');
      await page.getByText('Step 3 of 6: Then').waitFor();
    });
  });

  it('says on its last step what Next leads to', async () => {
    await withSection('wizard', async (page) => {
      for (let step = 2; step < 6; step++) await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('button', { name: 'Save and switch on' }).waitFor();
    });
  });
});

describe('a plot', () => {
  it('shows the same figures as a table', async () => {
    await withSection('plots', async (page) => {
      await page.getByRole('button', { name: 'Show as table' }).first().click();
      const table = page.getByRole('table', { name: 'Files per hour' });
      expect(await table.getByRole('row', { name: /^09:00/ }).innerText()).toMatch(/31\s+12\s+4/);
      await expectAccessible(page, 'a plot as a table');
    });
  });
});

describe('a form that follows from a schema', () => {
  it('shows what is missing at the fields and in a summary that leads there', async () => {
    await withSection('actions', async (page) => {
      await page.getByRole('radio', { name: 'Empty' }).click();
      await page.getByRole('button', { name: 'Check answers of HTTP notification' }).click();
      const summary = page.getByRole('alert').filter({ hasText: 'needs another look' });
      await summary.waitFor();
      await expectAccessible(page, 'a form with errors');
      await summary.getByRole('button', { name: /Address: Enter the address/ }).click();
      // The HTTP call's; others have one too.
      const address = page.getByRole('textbox', { name: 'Address' }).first();
      expect(await address.evaluate((control) => control === document.activeElement)).toBe(true);
    });
  });

  it('completes placeholders while they are typed, by keyboard alone', async () => {
    await withSection('actions', async (page) => {
      // The mail's; others have one too.
      const subject = page.getByRole('textbox', { name: 'Subject' }).first();
      await subject.fill('');
      await subject.pressSequentially('From {{.Virt');
      await page.getByRole('option', { name: /\.VirtualPath/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect.poll(() => subject.inputValue()).toBe('From {{.VirtualTargetPath');
    });
  });

  it('puts in what was picked, and says what is wrong where', async () => {
    await withSection('actions', async (page) => {
      // The mail's; writing a file has one too.
      const text = page.getByRole('textbox', { name: 'Text', exact: true }).first();
      await page.getByRole('button', { name: 'Line 2, column 15' }).click();
      expect(await text.evaluate((control: HTMLTextAreaElement) => control.value.slice(control.selectionStart))).toBe('.FirstSeen}}');
    });
  });
});
