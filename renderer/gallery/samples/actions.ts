import type { z } from 'zod';
import type { ActionId, ACTIONS } from '../../../engine/actions/catalog.ts';

/** A filled-in configuration for each action: a new action without one does not compile. */
export const SAMPLE_CONFIGS: { readonly [Id in ActionId]: z.input<(typeof ACTIONS)[Id]['config']> } = {
  http: {
    method: 'POST',
    url: 'https://erp.example.com/in',
    headers: [{ name: 'X-Partner', value: '{{.Name}}' }],
    body: '{"path": {{toJson .VirtualPath}}, "size": {{.FileSize}}}',
  },
  email: {
    to: ['accounting@example.com'],
    subject: 'New file from {{.Name}}: {{.ObjectName}}',
    // The last placeholder does not exist: the editor has to say so.
    text: '{{.Name}} sent {{.ObjectName}} ({{.FileSize}} bytes).\nFirst seen: {{.FirstSeen}}',
  },
  command: { command: '/usr/local/bin/import-invoice', arguments: [{ value: '{{.FsPath}}' }] },
  copy: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.Timestamp.Format "2006-01"}}/{{.ObjectName}}' }], conflict: 'number' },
  rename: { pairs: [{ source: '{{.VirtualPath}}', target: '/done/{{.ObjectName}}' }] },
  delete: { paths: ['{{.VirtualPath}}'] },
  'create-folders': { paths: ['/in', '/archive/{{.Timestamp.Format "2006"}}'] },
  'serve-file': { path: '/converted/{{.ObjectName}}' },
  'path-exists': { paths: ['/in/*.ready'], expect: 'exists', timeoutSeconds: 60 },
  'ensure-home': { path: '/', subfolders: ['/in', '/out'] },
  'write-file': { path: '/log/received.txt', text: '{{.Timestamp.UTC}} {{.ObjectName}}\n', whenExists: 'append' },
  compress: { paths: ['/in/'], archive: '/archive/{{.Timestamp.Format "2006-01-02"}}.zip', conflict: 'number' },
  extract: { archive: '{{.VirtualPath}}', folder: '/unpacked' },
  'pgp-encrypt': { pairs: [{ source: '{{.VirtualPath}}', target: '{{.VirtualPath}}.pgp' }], password: 'an example' },
  'pgp-decrypt': { pairs: [{ source: '{{.VirtualPath}}', target: '/clear/{{.ObjectName}}' }], password: 'an example' },
  'pgp-sign': { pairs: [{ source: '{{.VirtualPath}}', target: '{{.VirtualPath}}.sig' }], privateKey: 'an example' },
  'pgp-verify': { files: [{ source: '{{.VirtualPath}}', signature: '{{.VirtualPath}}.sig' }], signers: 'an example' },
  backup: { keep: 7 },
  'rotate-log': {},
  'user-quota-reset': {},
  push: {
    host: 'partner.example.com',
    username: 'gatehouse',
    password: 'an example',
    files: [{ source: '{{.VirtualPath}}', target: '/in/{{.Name}}/' }],
  },
  fetch: {
    protocol: 'ftps',
    host: 'bank.example.com',
    username: 'gatehouse',
    password: 'an example',
    sources: [{ source: '/out/*.csv', folder: '/bank' }],
    afterwards: 'move',
    moveTo: '/done',
  },
  icap: { host: 'scanner.example.com', paths: ['{{.VirtualPath}}'] },
  'retention-check': {
    folders: [
      { path: '/', hours: 720, deleteEmptyFolders: true, archiveTo: '/archive' },
      { path: '/contracts', hours: 0 },
    ],
  },
  'user-expiration-check': { days: 14, mailUsers: true },
  'user-inactivity-check': { disableAfterDays: 90, deleteAfterDays: 365 },
  'suspend-account': { username: '{{.Name}}', state: 'suspend' },
  'metadata-check': { path: '{{.VirtualPath}}', key: 'scanned', value: 'clean', timeoutSeconds: 60 },
  'set-metadata': { path: '{{.VirtualPath}}', entries: [{ key: 'scanned', value: 'clean' }] },
  wait: { timeoutSeconds: 30 },
  'run-flow': { flow: 1 },
  'set-variable': { name: 'month', value: '{{.Timestamp.Format "2006-01"}}' },
  'stop-run': { outcome: 'failed', message: 'There is nothing to send.' },
  'desktop-notification': { title: '{{.Name}} sent {{.ObjectName}}', level: 'act', opens: '/partners/{{.Name}}/overview' },
};
