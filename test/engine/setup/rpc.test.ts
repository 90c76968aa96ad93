import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { API_PERMISSIONS, TOKEN_PERMISSIONS } from '../../../engine/contract/method.ts';
import type { Input, Method, Output } from '../../../engine/contract/rpc.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import type { Caller } from '../../../engine/rpc/caller.ts';
import { createDispatch, type Handlers } from '../../../engine/rpc/dispatch.ts';
import { machineHandlers } from '../../../engine/rpc/handlers/machine.ts';
import { setupHandlers } from '../../../engine/rpc/handlers/setup.ts';
import { OWNER } from '../../helpers/api.ts';
import { makeCertificate } from '../../helpers/certificates.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startSetup } from './start-setup.ts';

const machine = { router: { gateway: () => Promise.resolve(null) }, run: () => Promise.resolve(null) };

/** The methods of the wizard over the dispatcher, answers checked against their schemas. */
async function startRpc(options: Parameters<typeof startSetup>[0] = {}) {
  const { setup, certificate } = await startSetup({ machine, ...options });
  const dispatch = createDispatch({
    refuseChanges: () => undefined,
    // The other methods are not called here.
    handlers: { ...setupHandlers(setup, certificate), ...machineHandlers() } as Handlers,
    openBatch: () => 1,
    log: createLogger(silentSink, 'test'),
    checkOutput: true,
  });
  return async <M extends Method>(method: M, input: Input<M>, caller: Caller = OWNER): Promise<Output<M>> => {
    const envelope = await dispatch(method, input, caller);
    if (!envelope.ok) throw new Error(`${envelope.error.code}: ${envelope.error.message}`);
    return envelope.value as Output<M>;
  };
}

describe('the methods of the wizard', () => {
  it('answer as their schemas say, from the first step to the last', async () => {
    const call = await startRpc({ listen: ['sftp', 'ftp'] });
    const parent = temporaryFolder();
    expect(await call('setup.get', {})).toMatchObject({ done: false });
    expect(await call('setup.saveDraft', { step: 1, password: 'x' })).toEqual({ step: 1 });
    const { path } = await call('machine.createFolder', { parent, name: 'in' });
    expect((await call('machine.folders', { path: parent })).folders).toEqual([{ name: 'in', path: join(parent, 'in') }]);
    expect((await call('setup.checkFolder', { path })).rows[0]?.state).toBe('passed');
    expect((await call('setup.checkPorts', { sftp: 45_022, passive: { from: 45_100, to: 45_199 } })).rows).toHaveLength(2);
    expect((await call('setup.checkReach', { fromInternet: true, sftp: 45_022 })).rows.length).toBeGreaterThan(4);
    const { pem } = await makeCertificate({ names: ['ftp.example'] });
    const { sha256 } = await call('certificate.import', pem);
    expect((await call('certificate.get', {})).sha256).toBe(sha256);
    expect((await call('setup.fix', { id: 'create-folder', value: path })).rows[0]?.state).toBe('passed');
    expect((await call('setup.selfTest', {})).rows.every(({ state }) => state !== 'failed')).toBe(true);
    expect(await call('setup.goLive', {})).toEqual({ done: true });
    expect(await call('setup.get', {})).toMatchObject({ done: true, draft: {} });
  });

  it('are for the person at the machine only', async () => {
    const call = await startRpc();
    const script: Caller = { ...OWNER, kind: 'api', permissions: new Set(TOKEN_PERMISSIONS) };
    expect(API_PERMISSIONS).toContain('machine');
    for (const method of ['setup.get', 'setup.selfTest', 'setup.goLive', 'machine.folders'] as const) {
      await expect(call(method, {}, script), method).rejects.toThrow(/^forbidden/);
    }
  });

  it('refuse ports that are none and more fields than there are', async () => {
    const call = await startRpc();
    await expect(call('setup.checkPorts', { sftp: 70_000 })).rejects.toThrow(/^invalid_input: sftp/);
    await expect(call('certificate.import', { certificate: 'x' } as Input<'certificate.import'>)).rejects.toThrow(/^invalid_input/);
    await expect(call('setup.checkFolder', { path: '' })).rejects.toThrow('Choose a folder');
  });
});
