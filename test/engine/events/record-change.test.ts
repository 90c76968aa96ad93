import { expect, it } from 'vitest';
import { updateInfo } from '../../../engine/events/record-change.ts';

const NAMES = { old: 'acme', new: 'acme' };

it('tells the fields that changed, those of objects one by one, and nothing else', () => {
  const before = { id: 7, version: 3, email: 'a@example.com', enabled: true, limits: { sessions: 1, hours: [] }, notes: 'same' };
  const after = { version: 4, email: 'b@example.com', enabled: true, limits: { sessions: 5, hours: [] }, notes: 'same', role: 'north' };
  expect(updateInfo(NAMES, before, after)).toEqual({
    operation: 'update',
    old: { name: 'acme', email: 'a@example.com', limits: { sessions: 1 }, role: null },
    new: { name: 'acme', email: 'b@example.com', limits: { sessions: 5 }, role: 'north' },
  });
});

it('masks secrets by their names, as references and by what they look like', () => {
  const change = updateInfo(
    NAMES,
    { passwordHash: null, remote: { privateKey: { secret: 7 } }, steps: [{ config: { url: 'https://a.example' } }], passwordBits: 40 },
    {
      passwordHash: '$argon2id$hidden',
      remote: { privateKey: 'BEGIN hidden' },
      steps: [{ config: { url: 'https://joe:hidden@a.example', token: 'hidden' } }],
      passwordBits: 60,
    },
  );
  expect(JSON.stringify(change)).not.toContain('hidden');
  expect(change.new).toEqual({
    name: 'acme',
    passwordHash: '***',
    passwordBits: 60,
    remote: { privateKey: '***' },
    steps: [{ config: { url: 'https://joe:***@a.example', token: '***' } }],
  });
});

it('is bounded: long texts are cut, and of very much only the names of the fields are left', () => {
  const cut = updateInfo(NAMES, { notes: '' }, { notes: 'x'.repeat(5000) });
  expect(JSON.stringify(cut.new).length).toBeLessThan(1100);
  const steps = Array.from({ length: 100 }, (_, index) => ({ action: 'http', config: { body: `${index} ${'x'.repeat(900)}` } }));
  expect(updateInfo(NAMES, { steps: [] }, { steps }).new).toEqual({ name: 'acme', left_out: ['steps'] });
});
