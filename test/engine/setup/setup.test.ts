import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rpc } from '../../../engine/contract/rpc.ts';
import { TESTER } from '../../helpers/api.ts';
import { startSetup } from './start-setup.ts';

describe('the wizard', () => {
  it('starts from suggestions and what was answered before', async () => {
    const { setup } = await startSetup();
    const start = setup.get();
    expect(rpc['setup.get'].output.parse(start)).toEqual(start);
    expect(start).toMatchObject({ done: false, draft: {}, suggestedFolder: join(homedir(), 'File Exchange') });
    setup.saveDraft({ step: 2, sftp: { port: 22 } });
    expect(setup.saveDraft({ step: 3 })).toEqual({ step: 3 });
    expect(setup.get().draft).toEqual({ step: 3 });
  });

  it('keeps no password, however deep it lies', async () => {
    const { setup, store } = await startSetup();
    const kept = setup.saveDraft({
      password: 'one',
      partner: { name: 'acme', newPassword: 'two', keys: [{ label: 'a', Passphrase: 'three' }] },
      mail: [[{ clientSecret: { value: 'four' }, port: 25 }]],
    });
    expect(kept).toEqual({ partner: { name: 'acme', keys: [{ label: 'a' }] }, mail: [[{ port: 25 }]] });
    expect(store.tables.setupDraft.get()).not.toMatch(/one|two|three|four/);
  });

  it('refuses a draft beyond 64 KiB and keeps the one before', async () => {
    const { setup } = await startSetup();
    setup.saveDraft({ step: 1 });
    expect(() => setup.saveDraft({ text: 'ä'.repeat(33_000) })).toThrow(expect.objectContaining({ code: 'too_large' }));
    expect(setup.get().draft).toEqual({ step: 1 });
  });

  it('goes live when a server runs, with an event, and forgets the draft', async () => {
    const { setup, settings, recorded } = await startSetup({ listen: ['sftp'] });
    setup.saveDraft({ step: 7 });
    await setup.goLive(TESTER);
    expect(settings.get().server.setUp).toBe(true);
    expect(setup.get()).toMatchObject({ done: true, draft: {} });
    expect((await recorded('BASE_CONFIG_UPDATE')).at(-1)?.info).toMatchObject({ sections: ['server'] });
  });

  it('does not go live while nobody could connect', async () => {
    const { setup, settings } = await startSetup();
    await expect(setup.goLive(TESTER)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('No server is on') as string,
    });
    expect(settings.get().server.setUp).toBe(false);
  });

  it.each([
    ['watch', undefined],
    ['unheard-of', undefined],
    ['create-folder', undefined],
    ['create-folder', 7],
    ['restart-listener', 'http'],
    ['firewall', { sftp: '22; reboot' }],
    ['firewall', { sftp: 22, more: 1 }],
  ])('refuses the remedy %s with %j', async (id, value) => {
    const { setup } = await startSetup({ machine: { run: () => Promise.reject(new Error('a program was run')) } });
    await expect(setup.fix({ id, ...(value === undefined ? {} : { value }) }, TESTER)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('opens the firewall for the ports that the row names', async () => {
    const asked: string[] = [];
    const run = (file: string, args: readonly string[]) => {
      asked.push([file, ...args].join(' '));
      return Promise.resolve({ code: 0, output: '' });
    };
    const { setup } = await startSetup({ machine: { run } });
    expect(await setup.fix({ id: 'firewall', value: { sftp: 2022 } }, TESTER)).toMatchObject([{ id: 'reach.firewall', state: 'passed' }]);
    expect(asked).toContain('firewall-cmd --add-port=2022/tcp');
  });

  it('asks the router of the machine only when partners come from the Internet', async () => {
    const machine = { router: { gateway: () => Promise.resolve(null) }, run: () => Promise.resolve(null) };
    const { setup } = await startSetup({ machine });
    const ids = async (fromInternet: boolean) => (await setup.checkReach({ fromInternet, publicName: '', sftp: 2022 })).map(({ id }) => id);
    expect(await ids(false)).toEqual(['reach.addresses', 'reach.firewall']);
    expect(await ids(true)).toContain('reach.router');
  });
});
