/** What happened, counted: write-heavy ingestion and OLAP queries on the same database as everything else. Owns analytics_events. */
import type { Clock, Db } from '../platform/index.ts';

/** `at` is Unix ms; `key` makes a second ingestion of the same thing harmless. */
export interface Happening {
  readonly key: string;
  readonly name: string;
  readonly userId: number;
  readonly at: number;
}

/** One row of the summary: events of one name in one minute. */
export interface MinuteCount {
  readonly minute: string;
  readonly name: string;
  readonly events: number;
  readonly users: number;
}

/** The door of the domain. */
export interface Analytics {
  readonly ingest: (happening: Happening) => Promise<{ readonly id: number }>;
  /** Events and distinct users by name and minute of the last `minutes`, newest first. */
  readonly summary: (minutes: number) => Promise<readonly MinuteCount[]>;
  /** Removes what is older than `olderThanMs` (age). */
  readonly prune: (olderThanMs: number) => Promise<number>;
}

/** Opens the domain on its table. */
export function createAnalytics({ db, clock }: { readonly db: Db; readonly clock: Clock }): Analytics {
  db.exec(`CREATE TABLE IF NOT EXISTS analytics_events (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, user_id INTEGER NOT NULL, at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS analytics_events_by_time ON analytics_events (at)`);
  const insert = db.prepare<[string, string, number, number]>(
    'INSERT OR IGNORE INTO analytics_events (key, name, user_id, at) VALUES (?, ?, ?, ?)',
  );
  const byKey = db.prepare<[string], { id: number }>('SELECT id FROM analytics_events WHERE key = ?');
  const summary = db.prepare<[number], MinuteCount>(
    `SELECT strftime('%Y-%m-%dT%H:%MZ', at / 1000, 'unixepoch') AS minute, name, count(*) AS events,
            count(DISTINCT user_id) AS users
     FROM analytics_events WHERE at >= ? GROUP BY minute, name ORDER BY minute DESC, name LIMIT 2000`,
  );
  const prune = db.prepare<[number]>('DELETE FROM analytics_events WHERE at < ?');
  return {
    ingest: async ({ key, name, userId, at }) => {
      insert.run(key, name, userId, at);
      return { id: byKey.get(key)?.id ?? 0 };
    },
    summary: async (minutes) => summary.all(clock.nowMs() - minutes * 60_000),
    prune: async (olderThanMs) => prune.run(clock.nowMs() - olderThanMs).changes,
  };
}
