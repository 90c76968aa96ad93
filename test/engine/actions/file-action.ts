import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RuleStep, RunTrace } from '../../../engine/contract/rule.ts';
import type { Session } from '../../../engine/vfs/types.ts';
import { startRules, type TestRules } from '../../helpers/rules.ts';

export type FileActionTest = TestRules & {
  /** Alice's own session, as a partner has it. */
  readonly session: Session;
  /** Real path of something in her tree. */
  readonly real: (path: string) => string;
  /** Puts files into her tree behind the engine's back, by virtual path. */
  readonly place: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  readonly read: (path: string) => Buffer;
  /** Does one action in her tree by hand, and gives it as the trace shows it. */
  readonly act: (action: string, config: Record<string, unknown>, step?: Partial<RuleStep>) => Promise<RunTrace['steps'][number]>;
};

/** Rules with the user alice and her tree. */
export async function startFileActions(options: Parameters<typeof startRules>[0] = {}): Promise<FileActionTest> {
  const engine = await startRules(options);
  const session = await engine.login(engine.account('alice'));
  const real = (path: string): string => join(engine.exchange, 'alice', path);
  return {
    ...engine,
    session,
    real,
    place(files) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(real(path)), { recursive: true });
        writeFileSync(real(path), content);
        chmodSync(real(path), 0o644);
      }
    },
    read: (path) => readFileSync(real(path)),
    act: (action, config, step) => engine.tryAction(action, config, step),
  };
}
