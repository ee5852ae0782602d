/** The table of the feed domain, `userFeedItems{userId, postId, score, createdAt}` of S1 §2, and the statements on it. */
import type { Db } from '../platform/index.ts';

/** `relationship` is the factor (0..1) of reader and author when the post was written. */
export interface ItemRow {
  readonly post_id: number;
  readonly relationship: number;
}

/** A row to write, as `json_each` reads it: user, base points, relationship. */
export interface NewItem {
  readonly u: number;
  readonly b: number;
  readonly r: number;
}

/** Creates the table where it is missing and prepares every statement once. */
export function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS user_feed_items (
      user_id INTEGER NOT NULL, post_id INTEGER NOT NULL, score REAL NOT NULL, created_at INTEGER NOT NULL,
      base REAL NOT NULL, relationship REAL NOT NULL, PRIMARY KEY (user_id, post_id)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS user_feed_items_by_score ON user_feed_items (user_id, score DESC);
    CREATE INDEX IF NOT EXISTS user_feed_items_by_post ON user_feed_items (post_id);
    CREATE INDEX IF NOT EXISTS user_feed_items_by_age ON user_feed_items (created_at)`);
  // `base` is what time and reactions do not change: the points of relevance and relationship.
  return {
    /** A second delivery of the event writes the same rows again. */
    insert: db.prepare<[number, number, number, string]>(
      `INSERT OR REPLACE INTO user_feed_items (user_id, post_id, score, created_at, base, relationship)
       SELECT value ->> 'u', ?, (value ->> 'b') + ?, ?, value ->> 'b', value ->> 'r' FROM json_each(?)`,
    ),
    removePost: db.prepare<[number]>('DELETE FROM user_feed_items WHERE post_id = ?'),
    rescore: db.prepare<[number, number]>('UPDATE user_feed_items SET score = base + ? WHERE post_id = ?'),
    best: db.prepare<[number, number], ItemRow>(
      'SELECT post_id, relationship FROM user_feed_items WHERE user_id = ? ORDER BY score DESC LIMIT ?',
    ),
    /** Posts that are in feeds, newest first. */
    posts: db.prepare<[number], { post_id: number }>(
      'SELECT DISTINCT post_id FROM user_feed_items ORDER BY post_id DESC LIMIT ?',
    ),
    prune: db.prepare<[number]>('DELETE FROM user_feed_items WHERE created_at < ?'),
  };
}
