import { test } from 'vitest';
import { breakIn } from './hydra.ts';

test('hydra over SSH is locked out before it comes to the right password; lifted, the partner is in', () => breakIn('ssh'));
