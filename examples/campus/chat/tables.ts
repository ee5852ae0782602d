/** The tables of the chat domain (S0 §4.1) and the statements on them. */
import type { Db } from '../platform/index.ts';

/** A row of messages; `deleted` 1 = softly deleted, the content is kept and not shown. */
export interface MessageRow {
  readonly id: number;
  readonly conversation_id: number;
  readonly seq: number;
  readonly sender_id: number;
  readonly content: string;
  readonly created_at: number;
  readonly deleted: number;
}

/** Creates the tables where they are missing and prepares every statement once. */
export function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS conversations (id INTEGER PRIMARY KEY, created_by INTEGER NOT NULL, created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS conversation_participants (
      conversation_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (conversation_id, user_id)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS conversations_of_user ON conversation_participants (user_id);
    CREATE TABLE IF NOT EXISTS messages (
      id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL, seq INTEGER NOT NULL, sender_id INTEGER NOT NULL,
      content TEXT NOT NULL, created_at INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, UNIQUE (conversation_id, seq));
    CREATE TABLE IF NOT EXISTS message_receipts (
      message_id INTEGER NOT NULL, user_id INTEGER NOT NULL, delivered_at INTEGER, read_at INTEGER,
      PRIMARY KEY (message_id, user_id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS presence (user_id INTEGER PRIMARY KEY, online INTEGER NOT NULL, last_seen_at INTEGER NOT NULL);
    UPDATE presence SET online = 0`);
  return { ...prepareConversations(db), ...prepareMessages(db) };
}

function prepareConversations(db: Db) {
  return {
    addConversation: db.prepare<[number, number]>('INSERT INTO conversations (created_by, created_at) VALUES (?, ?)'),
    addParticipant: db.prepare<[number, number]>('INSERT INTO conversation_participants VALUES (?, ?)'),
    participants: db.prepare<[number], { user_id: number }>(
      'SELECT user_id FROM conversation_participants WHERE conversation_id = ? ORDER BY user_id',
    ),
    conversation: db.prepare<[number], { id: number; created_by: number; created_at: number }>(
      'SELECT id, created_by, created_at FROM conversations WHERE id = ?',
    ),
    partners: db.prepare<[number, number], { user_id: number }>(
      `SELECT DISTINCT user_id FROM conversation_participants WHERE user_id <> ? AND conversation_id IN
       (SELECT conversation_id FROM conversation_participants WHERE user_id = ? ORDER BY conversation_id DESC LIMIT 20)`,
    ),
    setPresence: db.prepare<[number, number, number]>(
      'INSERT OR REPLACE INTO presence (user_id, online, last_seen_at) VALUES (?, ?, ?)',
    ),
    presence: db.prepare<[string], { user_id: number; online: number; last_seen_at: number }>(
      'SELECT * FROM presence WHERE user_id IN (SELECT value FROM json_each(?))',
    ),
  };
}

function prepareMessages(db: Db) {
  return {
    nextSeq: db.prepare<[number], { seq: number }>(
      'SELECT coalesce(max(seq), 0) + 1 AS seq FROM messages WHERE conversation_id = ?',
    ),
    addMessage: db.prepare<[number, number, number, string, number]>(
      'INSERT INTO messages (conversation_id, seq, sender_id, content, created_at) VALUES (?, ?, ?, ?, ?)',
    ),
    message: db.prepare<[number], MessageRow>('SELECT * FROM messages WHERE id = ? AND deleted = 0'),
    messages: db.prepare<[number, number], MessageRow>(
      'SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq DESC LIMIT ?',
    ),
    removeMessage: db.prepare<[number]>('UPDATE messages SET deleted = 1 WHERE id = ?'),
    delivered: db.prepare<[number, number, number]>(
      `INSERT INTO message_receipts (message_id, user_id, delivered_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET delivered_at = coalesce(delivered_at, excluded.delivered_at)`,
    ),
    read: db.prepare<[number, number, number, number]>(
      `INSERT INTO message_receipts (message_id, user_id, delivered_at, read_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET delivered_at = coalesce(delivered_at, excluded.delivered_at), read_at = coalesce(read_at, excluded.read_at)`,
    ),
    receipts: db.prepare<
      [number],
      { message_id: number; user_id: number; delivered_at: number | null; read_at: number | null }
    >(
      `SELECT r.* FROM message_receipts r JOIN messages m ON m.id = r.message_id WHERE m.conversation_id = ?
       ORDER BY message_id DESC, user_id LIMIT 200`,
    ),
  };
}
