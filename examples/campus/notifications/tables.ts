/** The tables of the notifications domain and the statements on them. */
import type { Db } from '../platform/index.ts';

/** Times are Unix ms; `visible_at` null = waiting for the worker. */
export interface NoticeRow {
  readonly id: number;
  readonly user_id: number;
  readonly event_type: string;
  readonly text: string;
  readonly subject_id: number;
  readonly correlation_id: string;
  /** W3C trace context of the event, so that a later process still knows whose work the notice is; null when there is none. */
  readonly tracestate: string | null;
  readonly created_at: number;
  readonly visible_at: number | null;
  readonly read_at: number | null;
}

/** Creates the tables where they are missing and prepares every statement once. */
export function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS notifications (
      id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, user_id INTEGER NOT NULL, event_type TEXT NOT NULL, text TEXT NOT NULL,
      subject_id INTEGER NOT NULL, correlation_id TEXT NOT NULL, created_at INTEGER NOT NULL, visible_at INTEGER,
      read_at INTEGER, emailed_at INTEGER, UNIQUE (event_id, user_id));
    CREATE INDEX IF NOT EXISTS notifications_of_user ON notifications (user_id, id);
    CREATE INDEX IF NOT EXISTS notifications_by_age ON notifications (created_at);
    CREATE TABLE IF NOT EXISTS push_subscriptions (user_id INTEGER PRIMARY KEY, provider TEXT NOT NULL)`);
  addTraceState(db);
  return { ...prepareWriting(db), ...prepareReading(db) };
}

/** A database of an earlier version has no such column yet. */
function addTraceState(db: Db): void {
  const columns = db.prepare<[], { name: string }>("SELECT name FROM pragma_table_info('notifications')").all();
  if (!columns.some(({ name }) => name === 'tracestate'))
    db.exec('ALTER TABLE notifications ADD COLUMN tracestate TEXT');
}

function prepareWriting(db: Db) {
  return {
    /** Event id, type, text, subject, correlation, tracestate, time, recipients as JSON; a second delivery of the event adds nothing. */
    add: db.prepare<[string, string, string, number, string, string | null, number, string]>(
      `INSERT OR IGNORE INTO notifications (event_id, event_type, text, subject_id, correlation_id, tracestate, created_at, user_id)
       SELECT ?, ?, ?, ?, ?, ?, ?, value FROM json_each(?)`,
    ),
    show: db.prepare<[number, number]>('UPDATE notifications SET visible_at = ? WHERE id = ?'),
    markRead: db.prepare<[number, number]>(
      'UPDATE notifications SET read_at = ? WHERE user_id = ? AND read_at IS NULL AND visible_at IS NOT NULL',
    ),
    markEmailed: db.prepare<[number, string]>(
      'UPDATE notifications SET emailed_at = ? WHERE id IN (SELECT value FROM json_each(?))',
    ),
    subscribe: db.prepare<[number, string]>('INSERT OR REPLACE INTO push_subscriptions VALUES (?, ?)'),
    prune: db.prepare<[number]>('DELETE FROM notifications WHERE created_at < ?'),
  };
}

function prepareReading(db: Db) {
  return {
    pending: db.prepare<[string], NoticeRow>(
      'SELECT * FROM notifications WHERE event_id = ? AND visible_at IS NULL ORDER BY id',
    ),
    leftOver: db.prepare<[], { event_id: string }>(
      'SELECT DISTINCT event_id FROM notifications WHERE visible_at IS NULL ORDER BY event_id',
    ),
    visible: db.prepare<[number, number], NoticeRow>(
      'SELECT * FROM notifications WHERE user_id = ? AND visible_at IS NOT NULL ORDER BY id DESC LIMIT ?',
    ),
    unread: db.prepare<[number], { n: number }>(
      'SELECT count(*) AS n FROM notifications WHERE user_id = ? AND visible_at IS NOT NULL AND read_at IS NULL',
    ),
    subscribers: db.prepare<[string], { user_id: number }>(
      'SELECT user_id FROM push_subscriptions WHERE user_id IN (SELECT value FROM json_each(?))',
    ),
    digest: db.prepare<[number], NoticeRow>(
      `SELECT * FROM notifications WHERE visible_at IS NOT NULL AND read_at IS NULL AND emailed_at IS NULL
       ORDER BY user_id, id LIMIT ?`,
    ),
  };
}
