import { rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { buildConsole } from '../../build/console.ts';
import { openPage, startBrowser } from '../helpers/browser.ts';
import { serve } from '../helpers/serve.ts';
import { freshLog } from './events.ts';
import { round, SMALL } from './events-log.ts';
import { type BenchOptions, type BenchRow, median } from './row.ts';

const TURNS = 7;
const BUILD_MS = 180_000;
const PATIENCE_MS = 10_000;

/** What the timeline is asked to show, and words that tell its rows from those of the view before. */
const VIEWS = [
  { name: 'first paint', query: '', words: '', floor: 200 },
  { name: 'a partner', query: 'partner=partner7', words: 'partner7', floor: 500 },
  { name: 'failures one by one', query: 'show=flat&outcome=failed', words: 'could not complete', floor: 500 },
  { name: 'words', query: 'show=flat&q=payroll', words: 'payroll', floor: 500 },
  { name: 'part of a path', query: `show=flat&path=${encodeURIComponent('/out/manual-')}`, words: 'manual-', floor: 500 },
] as const;

/**
 * The timeline over a million events in a real browser: from the change of the address to the frame that shows the first rows of the view,
 * medians in ms. Floors: spec, console, Activity.
 */
export async function benchConsole({ data }: BenchOptions): Promise<BenchRow[]> {
  if (!(await buildConsole(AbortSignal.timeout(BUILD_MS)))) throw new Error('the console could not be built');
  const folder = freshLog(data, SMALL);
  try {
    const gatehouse = await serve(folder);
    const browser = await startBrowser();
    try {
      const page = await openPage(browser);
      await gatehouse.call('setup.goLive', undefined);
      const { url } = await gatehouse.call('console.open', {});
      await page.goto(url);
      await page.getByRole('link', { name: 'Activity', exact: true }).waitFor();
      const times = new Map<string, number[]>(VIEWS.map(({ name }) => [name, []]));
      // One view after the other, so that none finds what it showed the last time.
      for (let turn = 0; turn < TURNS; turn++) {
        for (const { name, query, words } of VIEWS) {
          await page.evaluate(() => (location.hash = '#/'));
          await page.getByRole('heading', { level: 1 }).waitFor();
          times.get(name)?.push(await shown(page, `#/activity?${query}`, words));
        }
      }
      return VIEWS.map(({ name, floor }) => ({
        name: `console, 1 M events: ${name}`,
        value: round(median(times.get(name) ?? []), 0),
        unit: 'ms',
        floor,
        better: 'lower',
      }));
    } finally {
      await browser.close();
      await gatehouse.terminate();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measured in the page itself: the driver's own round trips take as long as the console does. */
function shown(page: Page, hash: string, words: string): Promise<number> {
  return page.evaluate(
    async (view) => {
      const nextFrame = (): Promise<unknown> => new Promise(requestAnimationFrame);
      const isShown = (): boolean => {
        const rows = [...document.querySelectorAll('[role=list][aria-label=Timeline] > [role=listitem]')];
        return rows.some((row) => row.textContent.includes(view.words));
      };
      const began = performance.now();
      location.hash = view.hash;
      while (!isShown()) {
        if (performance.now() - began > view.patienceMs) throw new Error(`${view.hash} was not shown`);
        await nextFrame();
      }
      // The frame after the one in which they were put there has been painted.
      await nextFrame();
      return performance.now() - began;
    },
    { hash, words, patienceMs: PATIENCE_MS },
  );
}
