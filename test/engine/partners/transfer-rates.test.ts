import { expect, test } from 'vitest';
import { createTransferRates, type Moving } from '../../../engine/partners/transfer-rates.ts';

const upload = (path: string, bytes: number, sessionId = 1): Moving => ({ sessionId, direction: 'upload', path, bytes });
const download = (path: string, bytes: number): Moving => ({ sessionId: 1, direction: 'download', path, bytes });

test('rates are what moved between two looks', () => {
  const rates = createTransferRates();
  rates.look([upload('/a', 0), download('/b', 0)], 0);
  expect(rates.look([upload('/a', 3000), download('/b', 500)], 2000)).toBe(true);
  expect([rates.of(upload('/a', 3000)), rates.of(download('/b', 500))]).toEqual([1500, 250]);
  expect(rates.traffic()).toEqual({ bytesInPerSecond: 1500, bytesOutPerSecond: 250 });
  expect(rates.look([upload('/a', 3000), download('/b', 500)], 3000)).toBe(false);
  expect(rates.traffic()).toEqual({ bytesInPerSecond: 0, bytesOutPerSecond: 0 });
});

test('what a resumed upload had before does not count as moved', () => {
  const rates = createTransferRates();
  rates.look([upload('/a', 1_000_000)], 0);
  rates.look([upload('/a', 1_000_100)], 1000);
  expect(rates.traffic().bytesInPerSecond).toBe(100);
});

test('small files that begin and end between two looks count too, others with what was not seen of them', () => {
  const rates = createTransferRates();
  rates.look([upload('/big', 0)], 0);
  rates.look([upload('/big', 400)], 1000);
  rates.ended(upload('/big', 1000));
  for (let file = 0; file < 10; file++) rates.ended(upload(`/small-${file}`, 50));
  expect(rates.look([], 2000)).toBe(true);
  expect(rates.traffic().bytesInPerSecond).toBe(1100);
});

test('one path in two sessions is two transfers', () => {
  const rates = createTransferRates();
  rates.look([upload('/a', 0, 1), upload('/a', 0, 2)], 0);
  rates.look([upload('/a', 100, 1), upload('/a', 300, 2)], 1000);
  expect([rates.of(upload('/a', 100, 1)), rates.of(upload('/a', 300, 2))]).toEqual([100, 300]);
});

test('looks that are too close together, or before the last one, change nothing that matters', () => {
  const rates = createTransferRates();
  rates.look([upload('/a', 0)], 10_000);
  rates.look([upload('/a', 1000)], 11_000);
  expect(rates.look([upload('/a', 5000)], 11_001)).toBe(false);
  expect(rates.of(upload('/a', 5000))).toBe(1000);
  // The clock was set back by an hour.
  rates.look([upload('/a', 5000)], 5000);
  rates.look([upload('/a', 5100)], 6000);
  expect(rates.of(upload('/a', 5100))).toBe(100);
});
