import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Debian's Chromium, driven by Playwright; nothing is downloaded. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENS = fileURLToPath(new URL('../../test-output/screens/', import.meta.url));

export const SCREEN = { width: 1280, height: 800 } as const;
export type Theme = 'light' | 'dark';

/** A real browser. Root may not use Chromium's own sandbox. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'] });
}

/** A page in its own profile that remembers what went wrong in it: errors that nobody caught, and console errors such as CSP violations. */
export async function openPage(
  browser: Browser,
  options: { readonly theme?: Theme; readonly width?: number; readonly height?: number; readonly ignoreHTTPSErrors?: boolean } = {},
): Promise<Page & { readonly problems: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? SCREEN.width, height: options.height ?? SCREEN.height },
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: options.ignoreHTTPSErrors ?? false,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return Object.assign(page, { problems });
}

/** Fails with axe's findings (WCAG 2.2 A and AA, and best practices) unless there are none; with `colours`, those that a theme can differ in. */
export async function expectAccessible(page: Page, screen: string, rules: 'all' | 'colours' = 'all'): Promise<void> {
  // Not as a script element: the page's content security policy would refuse it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const results = await page.evaluate((options) => {
    const { axe } = window as unknown as { axe: { run(context: Document, options: RunOptions): Promise<AxeResults> } };
    return axe.run(document, options);
  }, RULES[rules]);
  const findings = results.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`),
  }));
  expect(findings, `axe on ${screen}`).toEqual([]);
}

/**
 * Keeps a picture of the page in each theme, `NAME-light.png` and `NAME-dark.png`, and runs axe on both: all of it once, what has to do with
 * colours again. The light theme is back afterwards.
 */
export async function lookInBothThemes(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await screenshot(page, `${name}-${colorScheme}`);
    await expectAccessible(page, `${name}, ${colorScheme}`, colorScheme === 'light' ? 'all' : 'colours');
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Fails when the page is wider than a screen of 1280 pixels at 400 % (WCAG 1.4.10). */
export async function expectReflow(page: Page): Promise<void> {
  await page.setViewportSize({ width: REFLOW_WIDTH, height: SCREEN.height });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(REFLOW_WIDTH);
}

const REFLOW_WIDTH = 320;

const RULES: Readonly<Record<'all' | 'colours', RunOptions>> = {
  all: {
    // No rule of these reads style sheets by itself.
    preload: false,
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    resultTypes: ['violations'],
  },
  colours: { preload: false, runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }, resultTypes: ['violations'] },
};

/** Keeps what the page shows as test-output/screens/NAME.png. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const path = join(SCREENS, `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  // Fonts are files of the page: a picture before they are there shows other widths.
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path, animations: 'disabled' });
}
