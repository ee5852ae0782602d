/** The tables of the posts domain and the statements on them. */
import type { Db } from '../platform/index.ts';

/** A row of posts; `author_name` is a copy taken when the post was written. */
export interface PostRow {
  readonly id: number;
  readonly author_id: number;
  readonly author_name: string;
  readonly content: string;
  readonly hashtags: string;
  readonly likes: number;
  readonly comments: number;
  readonly created_at: number;
}

/** Creates the tables where they are missing and prepares every statement once. */
export function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS posts (
      id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, author_name TEXT NOT NULL, content TEXT NOT NULL,
      hashtags TEXT NOT NULL, likes INTEGER NOT NULL DEFAULT 0, comments INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS posts_by_author ON posts (author_id, id);
    CREATE TABLE IF NOT EXISTS comments (
      id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, author_id INTEGER NOT NULL, content TEXT NOT NULL,
      created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS comments_by_post ON comments (post_id, id);
    CREATE TABLE IF NOT EXISTS reactions (
      id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, user_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
      UNIQUE (post_id, user_id))`);
  return {
    insert: db.prepare<[number, string, string, string, number]>(
      'INSERT INTO posts (author_id, author_name, content, hashtags, created_at) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: db.prepare<[number]>('UPDATE posts SET deleted = 1 WHERE id = ?'),
    one: db.prepare<[number], PostRow>('SELECT * FROM posts WHERE id = ? AND deleted = 0'),
    byIds: db.prepare<[string], PostRow>(
      'SELECT * FROM posts WHERE id IN (SELECT value FROM json_each(?)) AND deleted = 0',
    ),
    recent: db.prepare<[number], PostRow>('SELECT * FROM posts WHERE deleted = 0 ORDER BY id DESC LIMIT ?'),
    recentOf: db.prepare<[string, number], PostRow>(
      'SELECT * FROM posts WHERE author_id IN (SELECT value FROM json_each(?)) AND deleted = 0 ORDER BY id DESC LIMIT ?',
    ),
    insertComment: db.prepare<[number, number, string, number]>(
      'INSERT INTO comments (post_id, author_id, content, created_at) VALUES (?, ?, ?, ?)',
    ),
    countComment: db.prepare<[number]>('UPDATE posts SET comments = comments + 1 WHERE id = ?'),
    thread: db.prepare<[number], { id: number; author_id: number; content: string; created_at: number }>(
      'SELECT id, author_id, content, created_at FROM comments WHERE post_id = ? ORDER BY id DESC LIMIT 50',
    ),
    insertReaction: db.prepare<[number, number, number]>(
      'INSERT OR IGNORE INTO reactions (post_id, user_id, created_at) VALUES (?, ?, ?)',
    ),
    countLike: db.prepare<[number]>('UPDATE posts SET likes = likes + 1 WHERE id = ?'),
    reaction: db.prepare<[number, number], { id: number }>(
      'SELECT id FROM reactions WHERE post_id = ? AND user_id = ?',
    ),
  };
}
