import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { buildConsole, isConsoleStale } from '../../build/console.ts';
import { bundleDesktop } from '../../build/bundle.ts';
import { electronProgram } from '../../build/electron-runtime.ts';
import { temporaryFolder } from '../helpers/folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = electronProgram(fileURLToPath(new URL('../../node_modules/electron', import.meta.url)));
const hasScreen = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '');
const reason = program === null ? "Electron's runtime is not installed" : hasScreen ? undefined : 'there is no screen';

it.skipIf(reason !== undefined)(
  `the real runtime opens the console${reason === undefined ? '' : ` (not run here: ${reason})`}`,
  async () => {
    if (isConsoleStale()) await buildConsole(AbortSignal.timeout(120_000));
    await bundleDesktop();
    const desktop = await _electron.launch({
      executablePath: program ?? '',
      args: [root, `--data=${temporaryFolder()}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      timeout: 30_000,
    });
    onTestFinished(() => desktop.close());
    const page = await desktop.firstWindow();
    expect(page.url()).toMatch(/^gatehouse:\/\/console\//);
    expect(await page.evaluate('[typeof require, typeof process, typeof gatehouse]')).toEqual(['undefined', 'undefined', 'object']);
    await page.waitForFunction(`gatehouse.call('server.status', {}).then(({ ok }) => ok)`, undefined, { timeout: 30_000 });
  },
  180_000,
);
