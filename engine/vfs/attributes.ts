import { AppError } from '../contract/errors.ts';
import type { Place, SessionContext } from './context.ts';
import { applyAttributes, changeEntry } from './entry-attributes.ts';
import type { Partials } from './partials.ts';
import { NEEDS } from './permissions.ts';
import type { Attributes } from './types.ts';
import { hiddenNameOf } from './unfinished.ts';
import { openUpload } from './upload.ts';

/**
 * Sets size, mode and times by path. What a client's account is uploading to that name takes them with it, whatever lies there so far; another size is
 * an upload of its own, of which nothing stays when it fails.
 */
export async function setAttributes(context: SessionContext, partials: Partials, path: string, attributes: Attributes): Promise<void> {
  await context.at(path, async (place) => {
    if (attributes.mode !== undefined) context.need(NEEDS.chmod, place.path);
    if (attributes.mtimeMs !== undefined) context.need(NEEDS.chtimes, place.path);
    const { account, origin } = context.identity;
    const open = origin === 'client' ? context.services.uploads.get(place.key) : undefined;
    if (open?.accountId === account.id) await open.setAttributes(attributes);
    else if (attributes.size !== undefined) await resize(context, partials, place.path, attributes);
    else if (place.directory.lstat(place.name) === undefined) await changeUnfinished(context, partials, place, attributes);
    else await changeEntry(context, place, attributes);
  });
}

async function resize(context: SessionContext, partials: Partials, path: string, attributes: Attributes): Promise<void> {
  const upload = await openUpload(context, partials, path, { mode: 'modify', create: false });
  try {
    await upload.setAttributes(attributes);
  } catch (error) {
    await upload.fail(error);
    throw error;
  }
  await upload.finish();
}

/** No event: for everybody else the file is not there yet. */
async function changeUnfinished(context: SessionContext, partials: Partials, place: Place, attributes: Attributes): Promise<void> {
  const hidden = hiddenNameOf(context, partials, place);
  if (hidden === undefined) throw new AppError('not_found');
  await applyAttributes(place.directory, hidden, false, attributes);
}
