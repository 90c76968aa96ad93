import { parentOf } from '../../vfs/names.ts';
import { placeFor } from '../../vfs/placement.ts';
import { writeFile as writeStream } from '../../vfs/streams.ts';
import { makeFolders } from '../../vfs/tree.ts';
import type { FileTree } from '../../vfs/types.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { writeFile } from './definition.ts';

/** Writes the text, and resolves with where it went and its bytes. */
export const runWriteFile: Runner<typeof writeFile> = async ({ config }, context) => {
  const { path, whenExists } = config;
  const text = Buffer.from(config.text);
  const session = await context.target();
  try {
    if (whenExists === 'append') {
      await append(session, path, text);
      return { path, bytes: text.length };
    }
    const place = await placeFor(session, path, whenExists);
    if (place === null) return { path, skipped: true };
    const bytes = await writeStream(session, place.path, once(text), context.signal, place);
    return { path: place.path, bytes };
  } catch (error) {
    throw ActionFailure.from(error, `${path} could not be written`, {});
  }
};

async function append(session: FileTree, path: string, text: Uint8Array): Promise<void> {
  await makeFolders(session, parentOf(path));
  const upload = await session.openWrite(path, { mode: 'append', create: true });
  try {
    await upload.write([text], 0);
    await upload.finish();
  } catch (error) {
    await upload.abort('error');
    throw error;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}
