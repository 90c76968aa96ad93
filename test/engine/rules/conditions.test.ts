import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RULE_PRESETS } from '../../../engine/contract/rule-presets.ts';
import type { Session } from '../../../engine/vfs/types.ts';
import { startRules } from '../../helpers/rules.ts';
import { get, put } from '../../helpers/vfs.ts';

const nothing = { action: 'delete', config: { paths: ['/nothing'] } };

test('a condition on real paths looks at where the file lies on the disk, whatever the partner calls it', async () => {
  const engine = await startRules({ start: false });
  const below = (home: string) => ({ realPaths: [{ pattern: join(engine.exchange, home, '**') }] });
  await engine.save({ name: 'shared', triggers: ['upload'], conditions: below('shared'), steps: [nothing] });
  await engine.save({ name: 'alice', triggers: ['upload'], conditions: below('alice'), steps: [nothing] });
  await engine.save({ name: 'Windows', triggers: ['upload'], conditions: { realPaths: [{ pattern: 'E:\\in\\**' }] }, steps: [nothing] });
  const wrong = await engine.save({ triggers: ['upload'], conditions: { realPaths: [{ pattern: 'in/*' }] }, steps: [nothing] });
  expect(wrong.problems.map(({ field }) => field)).toEqual(['conditions.realPaths.0.pattern']);
  const alice = await engine.login(engine.account('alice'));
  await put(alice, '/a', 'x');
  const bob = await engine.login(engine.account('bob', { home: 'shared' }));
  await put(bob, '/a', 'x');
  expect((await engine.rules.runs({ limit: 10 })).reverse().map((run) => run.ruleName)).toEqual(['alice', 'shared']);
});

test.for(Object.entries(RULE_PRESETS))(
  'preset %s makes a complete rule that takes what it names and nothing beside',
  async ([, preset]) => {
    const engine = await startRules({ start: false });
    const folder = preset.folder === 'storage' ? join(engine.exchange, 'alice', 'in') : '/in/';
    const rule = await engine.save({ ...preset.start(folder), steps: [nothing] });
    expect(rule.problems).toEqual([]);
    const session = await engine.login(engine.account('alice'));
    await actIn(session, '/in');
    await actIn(session, '/out');
    const runs = (await engine.rules.runs({ limit: 100 })).reverse();
    const events = await engine.recorded();
    const seen = runs.map((run) => `${run.trigger} ${events.find((event) => event._id === run.eventId)?.path ?? ''}`);
    const folders = preset.folder === 'any' ? ['/in', '/out'] : ['/in'];
    const acts = (at: string) => [
      // A pattern of everything below a folder takes the folder itself too.
      `mkdir ${at}`,
      `mkdir ${at}/d`,
      `upload ${at}/a`,
      `download ${at}/a`,
      `copy ${at}/b`,
      `rename ${at}/b`,
      `delete ${at}/a`,
      `rmdir ${at}/d`,
    ];
    const triggers = preset.start(folder).triggers;
    expect(seen).toEqual(folders.flatMap(acts).filter((act) => triggers.includes(act.split(' ')[0] ?? '')));
  },
);

/** Everything that a partner can do with files, in one folder. */
async function actIn(session: Session, at: string): Promise<void> {
  await session.mkdir(at);
  await session.mkdir(`${at}/d`);
  await put(session, `${at}/a`, 'x');
  await get(session, `${at}/a`);
  await session.copy(`${at}/a`, `${at}/b`, { overwrite: false });
  await session.rename(`${at}/b`, `${at}/c`, { overwrite: false });
  await session.remove(`${at}/a`);
  await session.rmdir(`${at}/d`);
}
