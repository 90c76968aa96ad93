import { expect, test } from 'vitest';
import { createMask } from '../../../engine/rules/mask.ts';

test('a secret is masked in every form that it takes on its way', () => {
  const mask = createMask();
  const secret = 'a"b c&d\\é';
  mask.add(secret);
  mask.add('');
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString('base64')];
  for (const form of forms) expect(mask.text(`<${form}>`).replaceAll('"', '')).toBe('<•••>');
  expect(mask.json({ list: [secret, 7, null], deep: { text: `x${secret}x` } })).toEqual({
    list: ['•••', 7, null],
    deep: { text: 'x•••x' },
  });
});

test('a piece of a secret at the edge of a cut text is masked too', () => {
  const mask = createMask();
  mask.add('correct horse');
  expect(mask.text('the answer was correct ho')).toBe('the answer was •••');
  expect(mask.text('ct horse, it said')).toBe('•••, it said');
  expect(mask.text('nothing of it')).toBe('nothing of it');
});

test('long values are cut, after masking', () => {
  const mask = createMask();
  mask.add('secret');
  expect(mask.json({ text: `secret${'x'.repeat(20)}` }, 10)).toEqual({ text: '•••xxxxxxx… (23 characters)' });
});
