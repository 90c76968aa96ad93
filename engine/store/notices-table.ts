import type Database from 'better-sqlite3';
import type { Notice } from '../contract/notice.ts';
import { isoTime } from '../lib/clock.ts';

/** What a notice says; `tally` is the JSON that its next update adds to. */
export type NoticeText = Pick<Notice, 'key' | 'level' | 'title' | 'body' | 'link'> & { readonly tally: string };

export type StoredNotice = { readonly notice: Notice; readonly tally: string };

type Row = {
  id: number;
  key: string;
  level: Notice['level'];
  title: string;
  body: string;
  link: string;
  tally: string;
  created_at: number;
  updated_at: number;
  read_at: number | null;
};

/** Notices are for people who look at them: beyond this many the oldest go. */
export const KEPT_NOTICES = 1000;

/** Notices, one row per key. Times are ms since the epoch going in. */
export function createNoticesTable(db: Database.Database) {
  const put = db.prepare<NoticeText & { at: number }, Row>(`
    INSERT INTO notices (key, level, title, body, link, tally, created_at, updated_at)
    VALUES (@key, @level, @title, @body, @link, @tally, @at, @at)
    ON CONFLICT (key) DO UPDATE SET level = excluded.level, title = excluded.title, body = excluded.body, link = excluded.link,
      tally = excluded.tally, updated_at = excluded.updated_at, read_at = NULL
    RETURNING *`);
  const trim = db.prepare<[number]>(
    'DELETE FROM notices WHERE id IN (SELECT id FROM notices ORDER BY updated_at DESC, id DESC LIMIT -1 OFFSET ?)',
  );
  const byKey = db.prepare<[string], Row>('SELECT * FROM notices WHERE key = ?');
  const list = db.prepare<{ unreadOnly: number; before: number | null; limit: number }, Row>(`
    SELECT * FROM notices
    WHERE (@unreadOnly = 0 OR read_at IS NULL)
      AND (@before IS NULL OR (updated_at, id) < (SELECT updated_at, id FROM notices WHERE id = @before))
    ORDER BY updated_at DESC, id DESC LIMIT @limit`);
  const unread = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM notices WHERE read_at IS NULL');
  const read = db.prepare<[number, number]>('UPDATE notices SET read_at = ? WHERE id = ? AND read_at IS NULL');
  const readAll = db.prepare<[number]>('UPDATE notices SET read_at = ? WHERE read_at IS NULL');
  return {
    /** Makes the notice of this key, or updates it in place under its id, unread again. Drops the oldest beyond KEPT_NOTICES. */
    put: (text: NoticeText, at: number): Notice => {
      const row = put.get({ ...text, at });
      if (row === undefined) throw new Error('SQLite returned no row for an upsert.');
      trim.run(KEPT_NOTICES);
      return toNotice(row);
    },
    byKey: (key: string): StoredNotice | undefined => {
      const row = byKey.get(key);
      return row === undefined ? undefined : { notice: toNotice(row), tally: row.tally };
    },
    /** The latest update first; `before` is the id after which the last page ended. */
    list: (filter: { readonly unreadOnly: boolean; readonly before: number | null; readonly limit: number }): Notice[] =>
      list.all({ ...filter, unreadOnly: filter.unreadOnly ? 1 : 0 }).map(toNotice),
    unread: (): number => unread.get()?.count ?? 0,
    /** Those of them that are unread. */
    markRead: (ids: readonly number[], at: number): void => {
      for (const id of ids) read.run(at, id);
    },
    markAllRead: (at: number): void => void readAll.run(at),
  };
}

function toNotice(row: Row): Notice {
  return {
    id: row.id,
    key: row.key,
    level: row.level,
    title: row.title,
    body: row.body,
    link: row.link,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
    readAt: row.read_at === null ? null : isoTime(row.read_at),
  };
}
