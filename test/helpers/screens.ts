import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectReflow, lookInBothThemes, openPage, startBrowser } from './browser.ts';
import { startDemo } from './demo.ts';

/** One screen of the console over the demo's data. */
export type Screen = {
  /** In the picture's name. */
  readonly name: string;
  /** Address inside the console, such as `/partners`. */
  readonly route: string;
  /** Query of the demo page; the full office at rest by default. */
  readonly demo?: string;
  /** A text that is there when the screen is complete. */
  readonly shows: string | RegExp;
};

/** A moment that the demo's office always stands at, so that pictures stay the same. */
const NOW = Date.UTC(2026, 10, 20, 13, 3);

/** The browser and the demo of a test file, for tests beside the pictures. `url(screen)` is the address of a screen. */
export function useDemo(): { readonly browser: () => Browser; readonly url: (screen: Pick<Screen, 'route' | 'demo'>) => string } {
  let browser: Browser | undefined;
  let demo: Awaited<ReturnType<typeof startDemo>> | undefined;
  beforeAll(async () => {
    [browser, demo] = await Promise.all([startBrowser(), startDemo()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  return {
    browser() {
      if (browser === undefined) throw new Error('The browser is there inside of tests only.');
      return browser;
    },
    url: ({ route, demo: query = 'fill=full&mode=quiet' }) => `${demo?.url ?? ''}demo.html?now=${NOW}&${query}#${route}`,
  };
}

/** For each screen: nothing goes wrong in the page, axe finds nothing, pictures of both themes are kept, and it reflows at 400 %. */
export function describeScreens(area: string, at: ReturnType<typeof useDemo>, screens: readonly Screen[]): void {
  test.each(screens)(`the screen ${area}: $name is complete and accessible in both themes, and reflows`, async (screen) => {
    const page = await openPage(at.browser());
    await page.goto(at.url(screen));
    await page.getByText(screen.shows).first().waitFor();
    await lookInBothThemes(page, `${area}-${screen.name}`);
    await expectReflow(page);
    expect(page.problems).toEqual([]);
    await page.context().close();
  });
}
