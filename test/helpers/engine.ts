import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Input, Method, Output } from '../../engine/contract/rpc.ts';
import { createEngine, type Engine, type EngineAddresses, type EngineOptions } from '../../engine/index.ts';
import { temporaryFolder } from './folders.ts';

export type TestEngine = EngineAddresses & {
  readonly engine: Engine;
  readonly dataFolder: string;
  /** Real path of an account's file. */
  home(username: string, ...path: string[]): string;
  /** Calls a method over HTTP, as scripts do. Throws an Error that holds the code and words. */
  call<M extends Method>(method: M, ...input: unknown extends Input<M> ? [] : [Input<M>?]): Promise<Output<M>>;
};

/** The whole engine in this process, on free ports of the loopback address; stopped when the test has finished. */
export async function startTestEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const dataFolder = options.dataFolder ?? temporaryFolder();
  const any = { host: '127.0.0.1', port: 0 };
  const engine = await createEngine({
    checkOutput: true,
    ...options,
    dataFolder,
    overrides: { http: any, sftp: any, ftp: any, passive: { from: 22_000, to: 22_999 }, ...options.overrides },
  });
  onTestFinished(() => engine.stop(0));
  const addresses = await engine.start();
  return {
    ...addresses,
    engine,
    dataFolder,
    home: (username, ...path) => join(dataFolder, 'exchange', username, ...path),
    call: (method, ...[input]) => callOverHttp(addresses, method, input ?? {}),
  };
}

/** One call of the API. */
export async function callOverHttp<M extends Method>(at: { http: string; token: string }, method: M, input: unknown): Promise<Output<M>> {
  const response = await fetch(`${at.http}/rpc/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const envelope = (await response.json()) as { ok: true; value: Output<M> } | { ok: false; error: { code: string; message: string } };
  if (!envelope.ok) throw new Error(`${method}: ${envelope.error.code}: ${envelope.error.message}`);
  return envelope.value;
}
