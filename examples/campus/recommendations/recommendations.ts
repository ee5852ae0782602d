/** Whom to follow: a nightly batch over all users, corrected for what happened since. Owns the table recommendations. */
import type { Follows } from '../follows/index.ts';
import { breathe, type Clock, type Db } from '../platform/index.ts';
import type { Users } from '../users/index.ts';
import { embed, nearest } from './scoring.ts';

/** Users kept for each user by the batch. */
const kept = 20;

/** `score` is −1..1, 1 = the same skills. */
export interface Suggestion {
  readonly id: number;
  readonly name: string;
  readonly score: number;
}

/** The door of the domain. */
export interface Recommendations {
  readonly suggest: (userId: number, limit: number) => Promise<readonly Suggestion[]>;
  /** The nightly batch: recomputes everyone, letting other work in between. Resolves to the users computed. */
  readonly recompute: () => Promise<number>;
  /** After a follow: that person is no suggestion any more. May be repeated. */
  readonly forget: (userId: number, suggestedId: number) => Promise<void>;
}

/** What the domain needs. */
export interface RecommendationsParts {
  readonly db: Db;
  readonly users: Users;
  readonly follows: Follows;
  readonly clock: Clock;
}

/** Opens the domain on its table. */
export function createRecommendations({ db, users, follows, clock }: RecommendationsParts): Recommendations {
  const sql = prepare(db);
  const replace = db.transaction((userId: number, suggestions: string) => {
    sql.clear.run(userId);
    sql.insert.run(userId, clock.nowMs(), suggestions);
  });
  return {
    suggest: async (userId, limit) => {
      const rows = sql.best.all(userId, limit);
      const people = await users.profiles(rows.map((row) => row.suggested_id));
      const nameOf = new Map(people.map((person) => [person.id, person.name]));
      return rows.map((row) => ({
        id: row.suggested_id,
        name: nameOf.get(row.suggested_id) ?? `user ${row.suggested_id}`,
        score: Math.round(row.score * 1_000) / 1_000,
      }));
    },
    recompute: async () => {
      const everyone = await users.list(2_000);
      const vectors = new Map(everyone.map((user) => [user.id, embed(user.skills)]));
      for (const [userId, vector] of vectors) {
        const known = new Set([userId, ...(await follows.followeeIds(userId))]);
        const found = nearest(vector, vectors, (id) => !known.has(id), kept);
        replace(userId, JSON.stringify(found));
        await breathe();
      }
      return vectors.size;
    },
    forget: async (userId, suggestedId) => {
      sql.forget.run(userId, suggestedId);
    },
  };
}

function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS recommendations (
    user_id INTEGER NOT NULL, suggested_id INTEGER NOT NULL, score REAL NOT NULL, computed_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, suggested_id)) WITHOUT ROWID`);
  return {
    best: db.prepare<[number, number], { suggested_id: number; score: number }>(
      'SELECT suggested_id, score FROM recommendations WHERE user_id = ? ORDER BY score DESC, suggested_id LIMIT ?',
    ),
    clear: db.prepare<[number]>('DELETE FROM recommendations WHERE user_id = ?'),
    insert: db.prepare<[number, number, string]>(
      `INSERT INTO recommendations (user_id, suggested_id, score, computed_at)
       SELECT ?, value ->> 'id', value ->> 'score', ? FROM json_each(?)`,
    ),
    forget: db.prepare<[number, number]>('DELETE FROM recommendations WHERE user_id = ? AND suggested_id = ?'),
  };
}
