import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './helpers/folders.ts';
import { run } from './helpers/run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A forbidden import per boundary: file, its only line, the rule that must name it. */
const KNOWN_BAD: readonly [file: string, line: string, rule: string][] = [
  ['engine/contract/bad.ts', "import '../events/catalog.ts';", 'contract-is-pure'],
  ['engine/templates/bad.ts', "import '../contract/errors.ts';", 'templates-stand-alone'],
  ['engine/store/bad.ts', "import '../events/log.ts';", 'store-is-the-floor'],
  ['engine/events/bad.ts', "import '../vfs/index.ts';", 'events-below-features'],
  ['engine/vfs/bad.ts', "import '../protocols/types.ts';", 'vfs-knows-no-protocol'],
  ['engine/protocols/sftp/bad.ts', "import '../ftp/server.ts';", 'protocols-apart'],
  ['engine/protocols/ftp/bad.ts', "import '../../events/log.ts';", 'protocols-translate'],
  ['engine/rules/bad.ts', "import '../protocols/types.ts';", 'rules-know-no-protocol'],
  ['engine/actions/http/bad.ts', "import '../email/definition.ts';", 'actions-apart'],
  ['engine/rules/bad-sqlite.ts', "import 'better-sqlite3';", 'sqlite-only-in-store'],
  ['engine/rpc/bad.ts', "import '../http/server.ts';", 'rpc-knows-no-shell'],
  ['engine/rules/bad-assembly.ts', "import '../assembly/base.ts';", 'assembly-is-for-the-engine'],
  ['electron/bad.ts', "import { app } from 'electron'; void app;", 'electron-in-its-entries'],
  ['electron/bad-engine.ts', "import '../engine/store/index.ts';", 'electron-sees-the-front-door'],
  ['engine/setup/bad.ts', "import '../rpc/dispatch.ts';", 'setup-below-rpc'],
  ['engine/upkeep/bad.ts', "import '../rules/index.ts';", 'upkeep-below-features'],
  ['renderer/features/home/bad.ts', "import '../partners/index.ts';", 'features-apart'],
  ['renderer/bad.ts', "import type {} from '../engine/events/log.ts';", 'renderer-sees-pure-files'],
  ['engine/lib/bad.ts', "import '../../test/helpers/run.ts';", 'nothing-imports-tests'],
  ['engine/lib/bad-dev.ts', "import 'vitest';", 'no-dev-dependency-in-product'],
];

describe('the layers', () => {
  it('stay red for every known-bad import', async () => {
    const copy = temporaryFolder();
    for (const name of [
      'engine',
      'renderer',
      'electron',
      'build',
      'bin',
      'test',
      'package.json',
      '.dependency-cruiser.cjs',
      'tsconfig.base.json',
    ]) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, line] of KNOWN_BAD) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), `${line}\n`);
    }
    const depcruise = join(ROOT, 'node_modules', '.bin', 'depcruise');
    const { code, stdout } = await run(
      depcruise,
      ['engine', 'renderer', 'electron', 'build', 'test', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
      {
        cwd: copy,
        timeoutMs: 120_000,
      },
    );
    expect(code).not.toBe(0);
    for (const [file, , rule] of KNOWN_BAD)
      expect(stdout, `${file} should break ${rule}`).toMatch(new RegExp(`${rule}: ${file.replaceAll('.', '\\.')}`));
  }, 150_000);
});
