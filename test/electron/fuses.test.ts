import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/folders.ts';

type Fuses = Readonly<Record<string, boolean>>;
type Builder = {
  readonly getConfig: (project: string, file: string, options: null) => Promise<{ electronFuses: Fuses }>;
};
type Packager = {
  readonly PlatformPackager: { readonly prototype: { generateFuseConfig(fuses: Fuses): Promise<Parameters<typeof flipFuses>[1]> } };
};

/** What @electron/fuses looks for in a binary, then the version of the wire, its length and one byte per fuse. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = Object.values(FuseV1Options).filter((option) => typeof option === 'number');

it('every fuse of electron-builder.yml ends in the binary', async () => {
  const project = createRequire(import.meta.url);
  const builder = createRequire(project.resolve('electron-builder'));
  const { getConfig } = builder('app-builder-lib/out/util/config/config.js') as Builder;
  const { PlatformPackager } = builder('app-builder-lib') as Packager;
  const { electronFuses } = await getConfig(fileURLToPath(new URL('../..', import.meta.url)), 'electron-builder.yml', null);

  const binary = join(temporaryFolder(), 'gatehouse');
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES.length]), Buffer.alloc(FUSES.length, FuseState.INHERIT)]);
  writeFileSync(binary, Buffer.concat([Buffer.alloc(4096), wire, Buffer.alloc(4096)]));
  await flipFuses(binary, await PlatformPackager.prototype.generateFuseConfig(electronFuses));

  const { version, ...states } = await getCurrentFuseWire(binary);
  expect(version).toBe(FuseVersion.V1);
  expect(states).toMatchObject({
    [FuseV1Options.RunAsNode]: FuseState.DISABLE,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
    [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FuseState.DISABLE,
    [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
    [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
  });
});
