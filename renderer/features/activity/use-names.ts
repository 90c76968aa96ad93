import { useMemo } from 'react';
import { useQuery } from '../../stores/use-query.ts';
import type { Names } from './search-words.ts';

/** Partners and rules by name, as filters and search tokens need them; empty until they are known. */
export function useNames(): Names {
  const partners = useQuery('accounts.list', {}).data;
  const rules = useQuery('rules.list', {}).data;
  return useMemo(() => ({ partners: partners ?? [], rules: rules ?? [] }), [partners, rules]);
}
