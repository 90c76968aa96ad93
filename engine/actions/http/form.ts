import { detectMimeType } from 'nodemailer/lib/mime-funcs';
import { AppError } from '../../contract/errors.ts';
import { baseOf } from '../../vfs/names.ts';
import { bytesOf } from '../../vfs/streams.ts';
import type { FileTree } from '../../vfs/types.ts';
import { isReportPlaceholder } from '../../contract/report.ts';
import { bytesContent, type FormPart, textContent } from '../../outbound/multipart.ts';
import type { ActionContext } from '../runner.ts';

type Form = {
  readonly parts: readonly { readonly name: string; readonly value: string; readonly contentType: string }[];
  readonly files: readonly { readonly name: string; readonly path: string; readonly contentType: string }[];
};

/** The parts of the form: texts, then files, which are opened when their turn comes. Rejects with what the session says of a missing file. */
export async function formParts(
  { parts, files }: Form,
  typed: Pick<Form, 'files'>,
  context: Pick<ActionContext, 'source' | 'signal' | 'retentionReports'>,
): Promise<FormPart[]> {
  const texts: FormPart[] = parts.map(({ name, value, contentType }) => ({
    name,
    filename: null,
    contentType: oneLine(contentType) || 'text/plain; charset=utf-8',
    content: textContent(value),
  }));
  const found: FormPart[] = [...texts];
  for (const [index, { name, path, contentType }] of files.entries()) {
    if (isReportPlaceholder(typed.files[index]?.path ?? '')) {
      const content = bytesContent(await context.retentionReports());
      found.push({ name, filename: 'retention-reports.zip', contentType: 'application/zip', content });
      continue;
    }
    const session = await context.source();
    const filename = baseOf(path);
    found.push({
      name,
      filename,
      contentType: oneLine(contentType) || detectMimeType(filename),
      content: await fileContent(session, path, context.signal),
    });
  }
  return found;
}

/** A file as it is when its turn comes; one that has become shorter ends the request instead of padding it. */
async function fileContent(session: FileTree, path: string, signal: AbortSignal): Promise<FormPart['content']> {
  const { size, type } = await session.stat(path);
  if (type === 'directory') throw new AppError('is_a_directory', `${path} is a folder. Pack it first, or name a file.`);
  return {
    length: size,
    async *open() {
      const download = await session.openRead(path);
      let isWhole = false;
      try {
        yield* bytesOf(download, signal, { end: size });
        isWhole = true;
      } finally {
        await (isWhole ? download.finish() : download.abort('error'));
      }
    },
  };
}

function oneLine(value: string): string {
  return value.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
