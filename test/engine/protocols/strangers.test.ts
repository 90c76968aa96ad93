import { expect, test } from 'vitest';
import { Strangers } from '../../../engine/protocols/strangers.ts';

/** Strangers with a name each; `dropped` tells who gave way. */
function start(most: number, perSource: number) {
  const dropped: string[] = [];
  const strangers = new Strangers(() => ({ most, perSource }));
  const come = (address: string, name = address) => strangers.admit(address, () => dropped.push(name));
  return { come, dropped };
}

test('one source holds so many places, of an IPv6 subscriber all addresses together', () => {
  const { come } = start(10, 2);
  const first = come('192.0.2.1');
  expect(come('192.0.2.1')).not.toBeNull();
  expect(come('::ffff:192.0.2.1')).toBeNull();
  expect(come('192.0.2.2')).not.toBeNull();
  first?.leave();
  first?.leave();
  expect(come('192.0.2.1')).not.toBeNull();
  expect(come('192.0.2.1')).toBeNull();
  for (const address of ['2001:db8::1', '2001:db8::2']) expect(come(address)).not.toBeNull();
  expect(come('2001:db8::3')).toBeNull();
});

test('where all places are taken, the oldest of the greediest gives way to a newcomer, never to itself', () => {
  const { come, dropped } = start(4, 10);
  for (const name of ['one', 'two', 'three']) come('192.0.2.1', name);
  come('192.0.2.2');
  expect(come('192.0.2.3')).not.toBeNull();
  expect(dropped).toEqual(['one']);
  expect(come('192.0.2.1', 'four')).toBeNull();
  expect(come('192.0.2.4')).not.toBeNull();
  expect(dropped).toEqual(['one', 'two']);
  expect(come('192.0.2.5')).not.toBeNull();
  // Nobody holds more than one now: whoever came first has waited longest.
  expect(dropped).toEqual(['one', 'two', 'three']);
});
