import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSshSftp } from '../helpers/clients.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { startMailServer } from '../helpers/mail-server.ts';
import { type Serving, serve } from '../helpers/serve.ts';

/** The rule of the story: each upload is mailed. */
export async function prepareStory(gatehouse: Serving, mailPort: number): Promise<void> {
  await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
  await gatehouse.call('settings.save', {
    mail: { host: '127.0.0.1', port: mailPort, security: 'none', from: 'gatehouse@example.com' },
    outbound: { allowLoopback: true },
  });
  await gatehouse.call('rules.save', {
    name: 'Tell the office',
    triggers: ['upload'],
    steps: [
      {
        action: 'email',
        config: {
          to: ['office@example.com'],
          subject: 'New file from {{.Name}}: {{.ObjectName}}',
          text: '{{.VirtualPath}} has {{.FileSize}} bytes.',
        },
      },
    ],
  });
}

it('a partner uploads with OpenSSH: event and run are on disk before the client hears ok, the mail goes out, a kill loses neither', async () => {
  const mail = await startMailServer();
  const dataFolder = join(temporaryFolder(), 'data');
  let gatehouse = await serve(dataFolder);
  onTestFinished(() => gatehouse.kill());
  await prepareStory(gatehouse, mail.port);

  const file = join(temporaryFolder(), 'invoice.pdf');
  writeFileSync(file, 'the invoice');
  const upload = await openSshSftp({ port: gatehouse.sftp, username: 'acme', password: 'correct horse' }).put(file, '/invoice.pdf');
  await gatehouse.kill();
  expect(upload.code).toBe(0);

  gatehouse = await serve(dataFolder);
  const { events } = await gatehouse.call('events.search', { type: 'OBJECT_INSERT', after: 0 });
  expect(events.filter((event) => event.schema === 'USER').map((event) => event.path)).toEqual(['/invoice.pdf']);
  const runs = await eventually(async () => {
    const found = await gatehouse.call('runs.list', {});
    expect(found.map((run) => run.state)).toEqual([expect.stringMatching(/^(done|interrupted)$/)]);
    return found;
  });
  // The kill may have come while the mail was being handed over; then the run says so, and a person decides.
  if (runs[0]?.state === 'interrupted') await gatehouse.call('runs.retry', { id: runs[0].id });
  await eventually(() => expect(mail.received.map((message) => message.subject)).toContain('New file from acme: invoice.pdf'));
  expect(mail.received[0]?.text?.trim()).toBe('/invoice.pdf has 11 bytes.');
  const shutdowns = await gatehouse.call('events.search', { type: 'SERVER_SHUTDOWN' });
  expect(shutdowns.events.map((event) => event.info['unclean'])).toEqual([true]);
  expect(await gatehouse.terminate()).toBe(0);
});
