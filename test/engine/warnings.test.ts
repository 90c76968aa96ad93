import { limitsSchema } from '../../engine/contract/access.ts';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../engine/contract/account.ts';
import type { HealthProblem } from '../../engine/contract/push.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import { createWarnings, type WarningServices } from '../../engine/warnings.ts';
import { startVfs } from '../helpers/vfs.ts';

type Certificate = NonNullable<Awaited<ReturnType<WarningServices['certificate']>>>;

async function start() {
  const { store, events, account, recorded } = await startVfs();
  const state = {
    problems: [] as HealthProblem[],
    freeBytes: 500,
    accounts: [] as Account[],
    certificate: null as Certificate | null,
    thresholds: { quotaPercent: [] as number[], diskFreePercent: [] as number[] },
  };
  const open = () =>
    createWarnings({
      store,
      events,
      log: createLogger(silentSink, 'test'),
      problems: () => state.problems,
      disk: () => Promise.resolve({ freeBytes: state.freeBytes, totalBytes: 1000 }),
      accounts: () => state.accounts,
      thresholds: () => state.thresholds,
      certificate: () => Promise.resolve(state.certificate),
    });
  return { state, open, warnings: open(), store, account, recorded };
}

describe('a warning', () => {
  it('of a problem is given once while it lasts, also across a restart, and again when it comes back', async () => {
    const { state, open, warnings, recorded } = await start();
    const problem = { id: 'listener-sftp', message: 'SFTP does not run.' };
    state.problems = [problem, { id: 'paused', message: 'A person wanted it.' }];
    await warnings.look();
    await warnings.look();
    await open().look();
    expect((await recorded()).map(({ type, info }) => [type, info])).toEqual([['PROBLEM', problem]]);
    state.problems = [];
    await warnings.look();
    state.problems = [problem];
    await warnings.look();
    expect(await recorded('PROBLEM')).toHaveLength(2);
  });

  it('of a full disk does not come again for a value that wavers', async () => {
    const { state, warnings, recorded } = await start();
    for (const free of [60, 50, 60, 50, 80, 40]) {
      state.freeBytes = free;
      await warnings.look();
    }
    expect((await recorded('DISK_WARNING')).map(({ info }) => info)).toEqual([
      { free_bytes: 50, total_bytes: 1000, threshold: 5 },
      { free_bytes: 40, total_bytes: 1000, threshold: 5 },
    ]);
  });

  it('of a used quota names the account', async () => {
    const { state, warnings, store, account, recorded } = await start();
    const acme = account('acme', { quotaBytes: 1000, displayName: 'Acme' });
    state.accounts = [acme, account('free')];
    for (const bytes of [799, 1, -20]) {
      store.transaction(() => store.tables.usage.add(acme.id, bytes, 1));
      await warnings.look();
    }
    expect(await recorded('QUOTA_WARNING')).toMatchObject([
      { _user: { _id: acme.id }, object_id: acme.id, outcome: 'quota', info: { used_bytes: 800, quota_bytes: 1000, percent: 80 } },
    ]);
  });

  it('of a virtual folder names it, once until it was well below', async () => {
    const { warnings, store, recorded } = await start();
    const values = { description: '', path: 'p', quotaFiles: 0, remote: null };
    const id = store.tables.folders.insert({ ...values, name: 'prices', quotaBytes: 1000 }, 0);
    store.tables.folders.insert({ ...values, name: 'unlimited', quotaBytes: 0 }, 0);
    for (const used of [799, 805, 770, 802, 700, 830]) {
      store.transaction(() => store.tables.folderUsage.add(id, used - store.tables.folderUsage.get(id).bytes, 0));
      await warnings.look();
    }
    const of = { schema: 'BASE', objecttype: 'folder', object_id: id, outcome: 'quota' };
    expect(await recorded('QUOTA_WARNING')).toMatchObject([
      { ...of, info: { folder: 'prices', percent: 80 } },
      { ...of, info: { folder: 'prices', percent: 83 } },
    ]);
  });

  it('of a certificate tells of a new one and of what is wrong with it', async () => {
    const { state, warnings, recorded } = await start();
    const certificate = {
      names: ['ftp.example.com'],
      validTo: '2027-01-01T00:00:00.000Z',
      sha256: 'a',
      isTold: false,
      warnings: [] as string[],
    };
    for (const next of [{}, { warnings: ['It expires in 3 days.'] }, { sha256: 'b' }, {}]) {
      state.certificate = { ...certificate, ...state.certificate, warnings: [], ...next };
      await warnings.look();
    }
    const about = { domains: ['ftp.example.com'], expires: '2027-01-01T00:00:00.000Z' };
    expect((await recorded('CERTIFICATE')).map(({ outcome, info }) => [outcome, info])).toEqual([
      ['failed', { ...about, error: 'It expires in 3 days.' }],
      ['ok', about],
    ]);
  });
});

describe('what rules watch for', () => {
  it('is warned of at its own share, once until it was well away from that', async () => {
    const { state, warnings, store, account, recorded } = await start();
    // The account's own share stands beside what rules watch for.
    const alice = account('alice', { quotaBytes: 1000, limits: limitsSchema.parse({ warnAtPercent: 90 }) });
    state.accounts = [alice];
    state.thresholds = { quotaPercent: [80], diskFreePercent: [20] };
    for (const [used, free] of [
      [790, 210],
      [800, 200],
      [760, 215],
      [950, 190],
      [740, 230],
      [810, 150],
    ] as const) {
      state.freeBytes = free;
      store.transaction(() => store.tables.usage.add(alice.id, used - store.tables.usage.get(alice.id).bytes, 0));
      await warnings.look();
    }
    expect((await recorded('QUOTA_WARNING')).map(({ info }) => [info['percent'], info['threshold']])).toEqual([
      [80, 80],
      [95, 90],
      [81, 80],
    ]);
    expect((await recorded('DISK_WARNING')).map(({ info }) => [info['free_bytes'], info['threshold']])).toEqual([
      [200, 20],
      [150, 20],
    ]);
  });
});
