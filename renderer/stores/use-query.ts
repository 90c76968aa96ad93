import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { AppError } from '../../engine/contract/errors.ts';
import type { Input, Method, Output } from '../../engine/contract/rpc.ts';
import { asAppError } from '../rpc/client.ts';
import { useConsole } from './console.ts';
import { keyOf, type QueryState } from './query-cache.ts';

const OFF: QueryState<never> = { data: undefined, error: undefined, loading: false };

/**
 * The answer of a query method, kept fresh while the component is on screen. `input` may be a new object at each rendering; pass
 * `undefined` to ask nothing yet.
 */
export function useQuery<M extends Method>(
  method: M,
  input: Input<M> | undefined,
): QueryState<Output<M>> & { readonly reload: () => void } {
  const { queries } = useConsole();
  const key = input === undefined ? undefined : keyOf(method, input);
  const entry = useStore(queries.store, (state) => (key === undefined ? OFF : state.entries[key]));
  useEffect(() => {
    if (key === undefined) return undefined;
    const [, parsed] = JSON.parse(key) as [M, Input<M>];
    return queries.watch(method, parsed);
  }, [queries, method, key]);
  const { data, error, loading } = entry ?? { data: undefined, error: undefined, loading: true };
  return {
    // The cache's entries are typed by the method in their key.
    data: data as Output<M> | undefined,
    error,
    loading,
    reload: () => {
      if (input !== undefined) void queries.reload(method, input);
    },
  };
}

/** A command as a button uses it: `run` resolves with the answer, or with undefined after `error` was set. */
export type CommandState<M extends Method> = {
  readonly run: (input: Input<M>) => Promise<Output<M> | undefined>;
  readonly busy: boolean;
  readonly error: AppError | undefined;
  readonly clearError: () => void;
};

/** Calls a command method; `outdates` names the beginnings of queries that it changes beyond what the log's events tell. */
export function useCommand<M extends Method>(method: M, outdates: readonly string[] = []): CommandState<M> {
  const { client, queries } = useConsole();
  const [state, setState] = useState<{ busy: boolean; error: AppError | undefined }>({ busy: false, error: undefined });
  return {
    ...state,
    clearError: () => setState((before) => ({ ...before, error: undefined })),
    async run(input) {
      setState({ busy: true, error: undefined });
      try {
        const value = await client.call(method, input as never);
        if (outdates.length > 0) queries.invalidate(...outdates);
        setState({ busy: false, error: undefined });
        return value;
      } catch (error) {
        setState({ busy: false, error: asAppError(error) });
        return undefined;
      }
    },
  };
}
