/** Who follows whom. Owns the table follows; tightly coupled with users, whose counter it moves in one transaction (S0 §10). */
import type { Bus } from '../bus/index.ts';
import { badRequest, type Clock, type Db, HttpError } from '../platform/index.ts';
import type { Users } from '../users/index.ts';

/** `bell` = the follower is notified of each new post. */
export interface Follow {
  readonly id: number;
  readonly followerId: number;
  readonly followeeId: number;
  readonly bell: boolean;
}

/** A follower of an author; `mutual` when the author follows back. */
export interface Follower {
  readonly userId: number;
  readonly mutual: boolean;
}

/** The door of the domain. */
export interface Follows {
  /** The same answer when the follow exists already; the event is published once. */
  readonly follow: (followerId: number, followeeId: number) => Promise<Follow>;
  readonly unfollow: (followerId: number, followeeId: number) => Promise<void>;
  readonly followerCount: (userId: number) => Promise<number>;
  readonly followers: (userId: number) => Promise<readonly Follower[]>;
  /** Followers who switched the bell on. */
  readonly bellFollowerIds: (userId: number) => Promise<readonly number[]>;
  readonly followeeIds: (userId: number) => Promise<readonly number[]>;
  /** For the seed only. */
  readonly addAll: (follows: readonly Omit<Follow, 'id'>[]) => void;
}

/** What the domain needs. */
export interface FollowsParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly users: Users;
  readonly clock: Clock;
}

/** Opens the domain on its table. */
export function createFollows({ db, bus, users, clock }: FollowsParts): Follows {
  const sql = prepare(db);
  const add = (follow: Omit<Follow, 'id'>): number => {
    const bell = follow.bell ? 1 : 0;
    const done = sql.insert.run(follow.followerId, follow.followeeId, bell, clock.nowMs());
    if (done.changes === 1) users.countFollower(follow.followeeId, 1);
    return done.changes;
  };
  const addOne = db.transaction(add);
  const remove = db.transaction((followerId: number, followeeId: number) => {
    if (sql.remove.run(followerId, followeeId).changes === 1) users.countFollower(followeeId, -1);
  });
  return {
    follow: async (followerId, followeeId) => {
      if (followerId === followeeId) throw badRequest(`user ${followerId} can not follow themself`);
      const isNew = addOne({ followerId, followeeId, bell: false }) === 1;
      const row = sql.one.get(followerId, followeeId);
      if (row === undefined) throw new HttpError(500, `follow of ${followeeId} by ${followerId} was not stored`);
      if (isNew) bus.publish('user.followed', { followerId, followeeId }, { source: 'follows', userId: followerId });
      return { id: row.id, followerId, followeeId, bell: row.bell === 1 };
    },
    unfollow: async (followerId, followeeId) => remove(followerId, followeeId),
    followerCount: async (userId) => sql.count.get(userId)?.n ?? 0,
    followers: async (userId) =>
      sql.followers.all(userId).map((row) => ({ userId: row.follower_id, mutual: row.mutual === 1 })),
    bellFollowerIds: async (userId) => sql.bells.all(userId).map((row) => row.follower_id),
    followeeIds: async (userId) => sql.followees.all(userId).map((row) => row.followee_id),
    addAll: db.transaction((follows: readonly Omit<Follow, 'id'>[]) => {
      for (const follow of follows) add(follow);
    }),
  };
}

function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS follows (
    id INTEGER PRIMARY KEY, follower_id INTEGER NOT NULL, followee_id INTEGER NOT NULL, bell INTEGER NOT NULL,
    created_at INTEGER NOT NULL, UNIQUE (follower_id, followee_id));
    CREATE INDEX IF NOT EXISTS follows_by_followee ON follows (followee_id, bell, follower_id)`);
  return {
    insert: db.prepare<[number, number, number, number]>(
      'INSERT OR IGNORE INTO follows (follower_id, followee_id, bell, created_at) VALUES (?, ?, ?, ?)',
    ),
    remove: db.prepare<[number, number]>('DELETE FROM follows WHERE follower_id = ? AND followee_id = ?'),
    one: db.prepare<[number, number], { id: number; bell: number }>(
      'SELECT id, bell FROM follows WHERE follower_id = ? AND followee_id = ?',
    ),
    count: db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM follows WHERE followee_id = ?'),
    followers: db.prepare<[number], { follower_id: number; mutual: number }>(
      `SELECT follower_id, EXISTS (SELECT 1 FROM follows b WHERE b.follower_id = a.followee_id AND b.followee_id = a.follower_id) AS mutual
       FROM follows a WHERE followee_id = ? ORDER BY follower_id`,
    ),
    bells: db.prepare<[number], { follower_id: number }>(
      'SELECT follower_id FROM follows WHERE followee_id = ? AND bell = 1 ORDER BY follower_id',
    ),
    followees: db.prepare<[number], { followee_id: number }>('SELECT followee_id FROM follows WHERE follower_id = ?'),
  };
}
