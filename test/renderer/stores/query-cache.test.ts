import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/contract/errors.ts';
import type { Client } from '../../../renderer/rpc/client.ts';
import { createQueryCache } from '../../../renderer/stores/query-cache.ts';
import { eventually } from '../../helpers/eventually.ts';

/** A cache over an engine that answers with a counter. */
function startCache(answer: (method: string, count: number) => unknown = (method, count) => `${method} ${count}`) {
  const asked: string[] = [];
  const client = {
    call: (method: string) => {
      asked.push(method);
      return new Promise((resolve) => resolve(answer(method, asked.length)));
    },
  } as unknown as Client;
  return { cache: createQueryCache(client), asked };
}

describe('the query cache', () => {
  it('asks once for any number of screens that show the same', async () => {
    const { cache, asked } = startCache();
    cache.watch('rules.list', {});
    cache.watch('rules.list', {});
    await eventually(() => expect(cache.read('rules.list', {}).data).toBe('rules.list 1'));
    expect(asked).toEqual(['rules.list']);
  });

  it('asks again at once for what is on screen, later for what is not', async () => {
    const { cache, asked } = startCache();
    cache.watch('rules.list', {});
    const end = cache.watch('accounts.list', {});
    await eventually(() => expect(asked).toHaveLength(2));
    end();
    cache.invalidate('rules.', 'accounts.');
    await eventually(() => expect(cache.read('rules.list', {}).data).toBe('rules.list 3'));
    expect(asked).toHaveLength(3);
    cache.watch('accounts.list', {});
    await eventually(() => expect(cache.read('accounts.list', {}).data).toBe('accounts.list 4'));
  });

  it('keeps the last answer while it asks again, and beside an error', async () => {
    const { cache } = startCache((method, count) => {
      if (count > 1) throw new AppError('not_running');
      return method;
    });
    cache.watch('rules.list', {});
    await eventually(() => expect(cache.read('rules.list', {}).data).toBe('rules.list'));
    cache.invalidate('');
    expect(cache.read('rules.list', {})).toMatchObject({ data: 'rules.list', loading: true });
    await eventually(() =>
      expect(cache.read('rules.list', {})).toMatchObject({ data: 'rules.list', loading: false, error: { code: 'not_running' } }),
    );
  });

  it('asks once more when it was outdated while being asked', async () => {
    let release: ((value: string) => void) | undefined;
    const { cache, asked } = startCache((_method, count) => (count === 1 ? new Promise((resolve) => (release = resolve)) : 'second'));
    cache.watch('rules.list', {});
    cache.invalidate('rules.');
    release?.('first');
    await eventually(() => expect(cache.read('rules.list', {}).data).toBe('second'));
    expect(asked).toHaveLength(2);
  });
});
