/** Draws the pictures of tray, window and packages from the shapes below. Run it after changing one: `node build/icons.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

/** The mark on a grid of 16: an arched gate, and in it a keyhole. */
const GATE = 'M3 15 V7 a5 5 0 0 1 10 0 V15 Z';
const KEYHOLE = 'M8 6.2 a1.7 1.7 0 0 1 0.9 3.1 L9.5 12.5 H6.5 L7.1 9.3 A1.7 1.7 0 0 1 8 6.2 Z';

type Colours = { readonly ink: string };

/** A piece cut out of the gate, `pad` wide around the badge that goes there. */
const badge = (cut: string, drawn: string) => ({ cut, drawn });

/** Four shapes, so that nobody has to tell colours apart. */
const STATES = {
  live: badge('', ''),
  transferring: badge(
    '<path d="M8 7 H16 V16 H8 Z" fill="black"/>',
    '<path d="M10.5 8 L12.7 11 H11.2 V15 H9.8 V11 H8.3 Z M13.6 16 L15.8 13 H14.3 V9 H12.9 V13 H11.4 Z"/>',
  ),
  paused: badge('<path d="M8 8 H16 V16 H8 Z" fill="black"/>', '<path d="M9.5 9 h2 v7 h-2 Z M13 9 h2 v7 h-2 Z"/>'),
  attention: badge(
    '<path d="M9.8 0 H16 V10.8 H9.8 Z" fill="black"/>',
    '<path d="M11 0.5 h2.4 l-0.4 5.8 h-1.6 Z"/><circle cx="12.2" cy="8.4" r="1.3"/>',
  ),
} as const;

function traySvg(state: keyof typeof STATES, { ink }: Colours): string {
  const { cut, drawn } = STATES[state];
  return svg(
    `<mask id="m"><rect width="16" height="16" fill="black"/><path d="${GATE}" fill="white"/><path d="${KEYHOLE}" fill="black"/>${cut}</mask>` +
      `<rect width="16" height="16" fill="${ink}" mask="url(#m)"/><g fill="${ink}">${drawn}</g>`,
  );
}

function appSvg(): string {
  return svg(
    `<rect x="0.5" y="0.5" width="15" height="15" rx="3.4" fill="#0b6b72"/>` +
      `<g transform="translate(8 8.2) scale(0.74) translate(-8 -8.4)"><path d="${GATE}" fill="#f4fbfb"/><path d="${KEYHOLE}" fill="#0b6b72"/></g>`,
  );
}

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${content}</svg>`;
}

async function draw(page: Page, file: string, picture: string, size: number): Promise<void> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>html,body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${picture}`);
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await page.screenshot({ omitBackground: true }));
}

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  const variants = { Template: { ink: '#000000' }, '-dark': { ink: '#1d2126' }, '-light': { ink: '#f2f4f6' } } as const;
  for (const state of Object.keys(STATES) as (keyof typeof STATES)[]) {
    for (const [variant, colours] of Object.entries(variants)) {
      await draw(page, `assets/tray/${state}${variant}.png`, traySvg(state, colours), 16);
      await draw(page, `assets/tray/${state}${variant}@2x.png`, traySvg(state, colours), 32);
    }
  }
  await draw(page, 'assets/tray/window.png', appSvg(), 256);
  await draw(page, 'build/resources/icon.png', appSvg(), 512);
} finally {
  await browser.close();
}
