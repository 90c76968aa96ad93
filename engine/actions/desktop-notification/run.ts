import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { desktopNotification } from './definition.ts';

const LONGEST_TITLE = 200;
const LONGEST_TEXT = 1000;

/** Resolves with what the notice says; longer texts are cut, as desktops would. */
export const runDesktopNotification: Runner<typeof desktopNotification> = ({ config }, context) => {
  const { level, text, opens } = config;
  const title = oneLine(config.title);
  if (title === '') return Promise.reject(new AppError('action_failed', 'The title came out empty. Check its placeholders.'));
  if (opens !== '' && !/^\/(?!\/)/.test(opens)) {
    return Promise.reject(
      new AppError('action_failed', `A click can only open a page of the console, such as /activity; ${opens} is none.`),
    );
  }
  const notice = { level, title: cut(title, LONGEST_TITLE), body: cut(text.trim(), LONGEST_TEXT) };
  context.notify({ ...notice, link: opens === '' ? null : opens });
  return Promise.resolve(notice);
};

/** A title is one line; what a file name brings in must not add others. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
