import { describe, expect, it } from 'vitest';
import type { Output } from '../../../engine/contract/rpc.ts';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { reachableSteps, startingAnswers, wantedPorts } from '../../../renderer/features/setup/answers.ts';
import { summaryOf } from '../../../renderer/features/setup/summary.ts';

const fresh: Output<'setup.get'> = {
  done: false,
  draft: {},
  suggestedFolder: '/home/office/File Exchange',
  dataFolder: '/home/office/.local/share/gatehouse',
  hostName: 'frontdesk',
  platform: 'linux',
  lanAddresses: ['192.168.1.20'],
  settings: settingsSchema.parse({}),
};

describe('the answers that the wizard begins with', () => {
  it('are the suggestions on a new machine: SFTP alone, inside the office', () => {
    const answers = startingAnswers(fresh);
    expect(answers).toMatchObject({ folder: '/home/office/File Exchange', name: 'frontdesk', sftp: true, ftps: false, plainFtp: false });
    expect(wantedPorts(answers)).toEqual({ sftp: 2022 });
  });

  it('take the usual ports where everybody may open them', () => {
    expect(startingAnswers({ ...fresh, platform: 'win32' })).toMatchObject({ sftpPort: 22, ftpPort: 21 });
  });

  it('go on with a draft, and leave out what cannot be read of it', () => {
    const draft = { folder: '/srv/x', step: 'identity', done: ['folder', 'protocols'], sftpPort: 'many', unheardOf: 1 };
    const answers = startingAnswers({ ...fresh, draft });
    expect(answers).toMatchObject({ folder: '/srv/x', step: 'identity', done: ['folder', 'protocols'], sftpPort: 2022 });
    expect(answers).not.toHaveProperty('unheardOf');
  });

  it('are the settings once the set-up is done', () => {
    const settings = settingsSchema.parse({
      exchange: { folder: '/data' },
      sftp: { port: 2200 },
      ftp: { enabled: true, requireTls: true },
    });
    const answers = startingAnswers({ ...fresh, done: true, draft: { folder: '/old' }, settings });
    expect(answers).toMatchObject({ folder: '/data', sftp: false, ftps: true, plainFtp: false, sftpPort: 2200 });
  });
});

describe('the ports to check', () => {
  it('leave out what is off or half typed', () => {
    const answers = startingAnswers(fresh);
    expect(wantedPorts({ ...answers, ftps: true, ftpPort: null })).toEqual({ sftp: 2022, passive: { from: 50_000, to: 50_099 } });
    expect(wantedPorts({ ...answers, sftp: false })).toEqual({});
    expect(wantedPorts({ ...answers, sftpPort: 70_000 })).toEqual({});
  });
});

describe('the steps that may be gone to', () => {
  it('are those that are done and the next one', () => {
    expect(reachableSteps([])).toEqual(['folder']);
    expect(reachableSteps(['folder', 'protocols'])).toEqual(['folder', 'protocols', 'identity']);
    expect(reachableSteps(['folder', 'identity'])).toEqual(['folder', 'protocols']);
  });
});

describe('the summary', () => {
  it('grows by a sentence for each step', () => {
    const answers = startingAnswers(fresh);
    expect(summaryOf(answers, 'folder')).toEqual(['Files are kept in /home/office/File Exchange.']);
    const later = { ...answers, ftps: true, done: ['folder', 'protocols', 'identity', 'reach'] as const, fromInternet: true };
    expect(summaryOf({ ...later, done: [...later.done], publicName: 'files.example.com' }, 'partner')).toEqual([
      'Files are kept in /home/office/File Exchange.',
      'Partners connect by SFTP on port 2022 and FTPS on port 2121.',
      'The server is called frontdesk.',
      'Partners on the Internet reach it as files.example.com.',
      'Partners are added later.',
    ]);
  });

  it('says when one is left alone', () => {
    const answers = startingAnswers(fresh);
    const quiet = { ...answers, quietHours: { ...answers.quietHours, enabled: true } };
    expect(summaryOf(quiet, 'alerts')).toEqual(['You are told of new files, but not between 19:00 and 07:00.']);
  });
});
