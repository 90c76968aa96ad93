import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Decide, Decision } from '../../../../engine/vfs/types.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { startFtp, type TestFtp } from './ftp-server.ts';
import { RawClient } from './raw-client.ts';

type Held = { readonly test: TestFtp; readonly client: RawClient; readonly asked: string[]; readonly answer: (decision: Decision) => void };

/** A signed-in client of a server whose rules take as long as the test wants, at these moments: `upload before`, `upload publish` … */
async function startHeld(...moments: readonly string[]): Promise<Held> {
  const asked: string[] = [];
  const gate = Promise.withResolvers<Decision>();
  const decide: Decide = ({ operation, stage }) => {
    const moment = `${operation} ${stage}`;
    if (!moments.includes(moment)) return Promise.resolve({ allow: true });
    asked.push(moment);
    return gate.promise;
  };
  const test = await startFtp({ decide, holdsUploads: true });
  return { test, client: await RawClient.signedIn(test), asked, answer: gate.resolve };
}

const isAsked = ({ asked }: Held): Promise<void> => eventually(() => expect(asked).toHaveLength(1));

describe('while a rule makes a transfer wait', () => {
  it.each(['upload before', 'upload publish'])('at %s, NOOP and STAT are answered, other commands after it', async (moment) => {
    const held = await startHeld(moment);
    const { client, test } = held;
    const data = await client.data();
    client.send('STOR /a.txt\r\n');
    if (moment === 'upload publish') {
      expect(await client.reply()).toMatch(/^150 /);
      data.end('content');
    }
    await isAsked(held);
    expect(await client.code('NOOP')).toBe(200);
    expect(await client.code('STAT')).toBe(211);
    client.send('PWD\r\n');
    expect(existsSync(join(test.home, 'a.txt'))).toBe(false);
    held.answer({ allow: true });
    if (moment === 'upload before') {
      expect(await client.reply()).toMatch(/^150 /);
      data.end('content');
    }
    expect(await client.reply()).toMatch(/^226 /);
    expect(await client.reply()).toMatch(/^257 /);
    expect(existsSync(join(test.home, 'a.txt'))).toBe(true);
  });

  it('ABOR breaks it off: what the rule allows afterwards is neither sent nor kept', async () => {
    const held = await startHeld('download before');
    const { client, test } = held;
    writeFileSync(join(test.home, 'a.txt'), 'content');
    const data = await client.data();
    client.send('RETR /a.txt\r\n');
    await isAsked(held);
    // The second reply says that the first command has been read.
    client.send('ABOR\r\nNOOP\r\n');
    expect(await client.reply()).toMatch(/^200 /);
    held.answer({ allow: true });
    expect(await client.reply()).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
    data.destroy();
    expect(await client.code('NOOP')).toBe(200);
  });
});

it('while a rule makes a deletion wait, the next command waits for its reply, and another connection for neither', async () => {
  const held = await startHeld('delete before');
  const { client, test } = held;
  writeFileSync(join(test.home, 'a.txt'), 'content');
  client.send('DELE /a.txt\r\n');
  await isAsked(held);
  client.send('NOOP\r\n');
  const other = await RawClient.signedIn(test);
  expect(await other.code('MDTM /a.txt')).toBe(213);
  held.answer({ allow: false, message: 'no', reason: 'no' });
  expect(await client.reply()).toMatch(/^550 /);
  expect(await client.reply()).toMatch(/^200 /);
});
