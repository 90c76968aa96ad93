import { beforeEach, describe, expect, it } from 'vitest';
import { startDesktop, type TestDesktop } from '../helpers/electron/desktop.ts';
import { eventually } from '../helpers/eventually.ts';

type Decide = (contents: { getURL(): string }, permission: string, callback: (granted: boolean) => void) => void;

let desktop: TestDesktop;
beforeEach(async () => {
  desktop = await startDesktop();
  await desktop.loaded();
});

describe('the window', () => {
  it('stays on the console', async () => {
    const page = desktop.page();
    const before = page.url();
    const failed = page.waitForEvent('requestfailed');
    await page.click('#away');
    expect((await failed).url()).toBe('https://example.com/');
    expect(page.url()).toBe(before);
    expect(desktop.seen.opened).toEqual([]);
  });

  it('opens no second window, but the browser for a link to the web', async () => {
    const page = desktop.page();
    await page.click('#web');
    await eventually(() => expect(desktop.seen.opened).toEqual(['https://example.com/help']));
    await eventually(() => expect(page.context().pages()).toHaveLength(1));
    expect(desktop.windows).toHaveLength(1);
  });

  it('hands the system nothing but https addresses', async () => {
    const page = desktop.page();
    const refused = [
      'http://example.com/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://server/share',
      'https://a:b@example.com/',
      'ms-msdt:x',
      'none',
    ];
    for (const url of [...refused, 'https://example.com/last']) await page.evaluate(`gatehouse.openExternal(${JSON.stringify(url)})`);
    await eventually(() => expect(desktop.seen.opened).toEqual(['https://example.com/last']));
  });

  it('runs no inline script and loads nothing from elsewhere', async () => {
    const page = desktop.page();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    await page.evaluate(`
      const inline = document.createElement('script');
      inline.textContent = 'globalThis.ran = true';
      document.head.append(inline);
      fetch('https://example.com/').catch(() => { globalThis.fetched = 'refused'; });`);
    await eventually(async () => expect(await page.evaluate('globalThis.fetched')).toBe('refused'));
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();
    expect(problems.join('\n')).toMatch(/Content Security Policy/i);
  });

  it('grants the console the clipboard and nothing else, and other pages nothing', () => {
    const decide = desktop.seen.permissionRequest as Decide;
    const granted = (url: string, permission: string): boolean | undefined => {
      let answer: boolean | undefined;
      decide({ getURL: () => url }, permission, (decision) => (answer = decision));
      return answer;
    };
    expect(granted('gatehouse://console/', 'clipboard-sanitized-write')).toBe(true);
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem', 'usb'])
      expect(granted('gatehouse://console/', permission), permission).toBe(false);
    expect(granted('https://example.com/', 'clipboard-sanitized-write')).toBe(false);
  });
});
