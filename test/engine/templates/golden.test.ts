import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSame, outcomeOf, type Vector } from '../../../build/vectors.ts';

const FOLDER = join(import.meta.dirname, 'golden');

describe('golden vectors made by Go', () => {
  it.each(readdirSync(FOLDER))('%s', (file) => {
    const vectors = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Vector[];
    const wrong = vectors.map((vector) => ({ vector, got: outcomeOf(vector) })).filter(({ vector, got }) => !isSame(vector, got));
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(vectors.length).toBeGreaterThan(100);
  });
});
