import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { problemsOf } from '../../../renderer/features/settings/changes.ts';
import { SECTION_PATHS } from '../../../renderer/features/settings/sections.ts';
import { bySection } from '../../../renderer/features/settings/setting-paths.ts';
import { settingFields } from '../../../renderer/text/settings.ts';

const settings = settingsSchema.parse({});

describe('unsaved changes', () => {
  it('are saved by section', () => {
    expect(bySection({ 'sftp.port': 2200, 'sftp.enabled': true, 'mail.host': 'mail.example.com' })).toEqual({
      sftp: { port: 2200, enabled: true },
      mail: { host: 'mail.example.com' },
    });
  });

  it('are fine when the settings with them are', () => {
    expect(problemsOf(settings, { 'sftp.port': 2200 }).size).toBe(0);
  });

  it('say in plain words what is wrong, at the setting', () => {
    const problems = problemsOf(settings, { 'sftp.port': null, 'sftp.maxAuthAttempts': 99, 'commands.allowed': ['ls'] });
    expect([...problems]).toEqual([
      ['sftp.port', 'Enter a number.'],
      ['sftp.maxAuthAttempts', 'Enter 20 or less.'],
      ['commands.allowed', 'Give the absolute path of the program.'],
    ]);
  });

  it('are checked against one another', () => {
    expect([...problemsOf(settings, { 'ftp.passiveFrom': 60_000 })]).toEqual([
      ['ftp.passiveTo', 'The last passive port is below the first.'],
    ]);
  });
});

describe('the pages of Settings', () => {
  it('offer each setting that has words on one page, once', () => {
    const offered = Object.values(SECTION_PATHS).flat();
    expect(offered.toSorted()).toEqual(Object.keys(settingFields).toSorted());
  });
});
