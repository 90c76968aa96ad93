import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appText } from '../../renderer/text/app.ts';
import { expectReflow, lookInBothThemes, openPage, SCREEN, startBrowser } from './browser.ts';
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

type DemoPage = Page & { readonly problems: string[] };

/** Where a page of the demo begins. */
export type Visit = Pick<Screen, 'route' | 'demo'> & {
  /** Of the window, in pixels; 1280 by default. */
  readonly width?: number;
};

/** The browser and the demo of a test file. */
export type DemoVisits = {
  /**
   * The console over a made-up office of its own, at a route, in the light theme and with nothing kept from before. The page is one and the
   * same for all tests of the file, since a page of its own for each takes as long as most tests.
   */
  open(visit: Visit): Promise<DemoPage>;
  /** The same to look at only: an office in which nobody did anything since it was made may be that of the look before. */
  look(screen: Omit<Visit, 'width'>): Promise<DemoPage>;
  /** Opens the gallery at a section, as freshly. */
  openGallery(section: string): Promise<DemoPage>;
};

/** A moment that the demo's office always stands at, so that pictures stay the same. */
const NOW = Date.UTC(2026, 10, 20, 13, 3);

/** A full office at rest. */
const FULL = 'fill=full&mode=quiet';

export function useDemo(): DemoVisits {
  let browser: Browser | undefined;
  let demo: Awaited<ReturnType<typeof startDemo>> | undefined;
  let page: DemoPage | undefined;
  let visits = 0;
  /** The demo's query while what is open was only looked at. */
  let untouched: string | undefined;
  beforeAll(async () => {
    [browser, demo] = await Promise.all([startBrowser(), startDemo()]);
    page = await openPage(browser);
    // A slow machine takes its time; what never comes fails all the same.
    page.setDefaultTimeout(20_000);
    // A visit begins with nothing kept, and a reload inside of it keeps what there is.
    await page.context().addInitScript(() => {
      const visit = new URLSearchParams(location.search).get('visit') ?? '';
      if (sessionStorage.getItem('visit') === visit) return;
      localStorage.clear();
      sessionStorage.clear();
      sessionStorage.setItem('visit', visit);
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  async function visit(address: string, query: string, hash: string, width: number = SCREEN.width): Promise<DemoPage> {
    if (page === undefined || demo === undefined) throw new Error('The demo is there inside of tests only.');
    untouched = undefined;
    await page.setViewportSize({ width, height: SCREEN.height });
    await page.emulateMedia({ colorScheme: 'light' });
    page.problems.length = 0;
    await page.goto(`${demo.url}${address}?${query}&visit=${visits++}#${hash}`);
    return page;
  }

  const open: DemoVisits['open'] = ({ route, demo: query = FULL, width }) => visit('demo.html', `${query}&now=${NOW}`, route, width);

  return {
    open,
    async look({ route, demo: query = FULL }) {
      // An office that is not set up leads to its set-up from wherever one goes, and a broken one has no way back.
      const walkable = query === FULL || (query.includes('setup=done') && !query.includes('mode=broken'));
      if (page === undefined || untouched !== query || !walkable) {
        const opened = await open({ route, demo: query });
        untouched = query;
        return opened;
      }
      await page.setViewportSize(SCREEN);
      // By way of a page that shows none of what is waited for.
      await page.evaluate(() => (location.hash = '#/nothing/at/all'));
      await page.getByText(appText.notFound.title).waitFor();
      await page.evaluate((hash) => (location.hash = hash), route);
      return page;
    },
    openGallery: (section) => visit('gallery.html', '', `/${section}`),
  };
}

/** For each screen: nothing goes wrong in the page, axe finds nothing, pictures of both themes are kept, and it reflows at 400 %. */
export function describeScreens(area: string, at: DemoVisits, screens: readonly Screen[]): void {
  test.each(screens)(`the screen ${area}: $name is complete and accessible in both themes, and reflows`, async (screen) => {
    const page = await at.look(screen);
    await page.getByText(screen.shows).first().waitFor();
    await lookInBothThemes(page, `${area}-${screen.name}`);
    await expectReflow(page);
    expect(page.problems).toEqual([]);
  });
}
