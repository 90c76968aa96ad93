import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

type Builder = {
  readonly getConfig: (project: string, file: string, options: null) => Promise<Record<string, unknown>>;
  readonly validateConfiguration: (config: unknown, log: unknown) => Promise<void>;
};

it('electron-builder accepts electron-builder.yml, and would refuse a key it does not know', async () => {
  const project = createRequire(import.meta.url);
  const builder = createRequire(project.resolve('electron-builder'));
  const { getConfig, validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as Builder;
  const { DebugLogger } = builder('builder-util') as { DebugLogger: new (enabled: boolean) => unknown };
  const config = await getConfig(fileURLToPath(new URL('..', import.meta.url)), 'electron-builder.yml', null);
  await expect(validateConfiguration(config, new DebugLogger(false))).resolves.toBeUndefined();
  await expect(validateConfiguration({ ...config, nonsense: true }, new DebugLogger(false))).rejects.toThrow(/nonsense/);
});
