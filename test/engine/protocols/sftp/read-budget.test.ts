import { describe, expect, it } from 'vitest';
import { ReadBudget } from '../../../../engine/protocols/sftp/read-budget.ts';

describe('the read budget', () => {
  it('starts reads in their order, as many as fit', () => {
    const started: number[] = [];
    const budget = new ReadBudget(10, () => true);
    for (const read of [1, 2, 3]) budget.acquire(5, () => started.push(read));
    expect(started).toEqual([1, 2]);
    budget.release(5);
    expect(started).toEqual([1, 2, 3]);
  });

  it('lets a read that is larger than all of it run alone', () => {
    const started: string[] = [];
    const budget = new ReadBudget(10, () => true);
    budget.acquire(50, () => started.push('large'));
    budget.acquire(1, () => started.push('small'));
    expect(started).toEqual(['large']);
    budget.release(50);
    expect(started).toEqual(['large', 'small']);
  });

  it('holds all of them while the way is closed', () => {
    let isOpen = false;
    const started: number[] = [];
    const budget = new ReadBudget(10, () => isOpen);
    budget.acquire(1, () => started.push(1));
    expect(started).toEqual([]);
    isOpen = true;
    budget.pump();
    expect(started).toEqual([1]);
  });

  it('drops a hundred thousand waiting reads of a client that has gone without growing the stack', () => {
    let isOpen = false;
    let ended = 0;
    const budget = new ReadBudget(10, () => isOpen);
    for (let read = 0; read < 100_000; read++) {
      budget.acquire(5, () => {
        ended++;
        budget.release(5);
      });
    }
    isOpen = true;
    budget.pump();
    expect(ended).toBe(100_000);
  });
});
