/** Who is here: profiles and follower counts. Owns the table users. */
import { type Db, notFound } from '../platform/index.ts';

/** A person as others see one. `skills` are lower-case words. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly university: string;
  readonly skills: readonly string[];
  readonly followerCount: number;
}

/** A person to be. */
export type NewUser = Omit<User, 'id' | 'followerCount'>;

/** The door of the domain. */
export interface Users {
  readonly profile: (id: number) => Promise<User>;
  /** Unknown ids are left out. */
  readonly profiles: (ids: readonly number[]) => Promise<readonly User[]>;
  readonly idsOfUsernames: (usernames: readonly string[]) => Promise<readonly number[]>;
  readonly list: (limit: number) => Promise<readonly User[]>;
  /** Answers at once so that follows can call it inside its own transaction. */
  readonly countFollower: (id: number, by: 1 | -1) => void;
  /** For the seed only. */
  readonly addAll: (people: readonly NewUser[]) => void;
  /** Ids run from 1 to this. */
  readonly highestId: () => number;
}

interface Row {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly university: string;
  readonly skills: string;
  readonly follower_count: number;
}

/** Opens the domain on its table. */
export function createUsers(db: Db): Users {
  db.exec(`CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, name TEXT NOT NULL, university TEXT NOT NULL,
    skills TEXT NOT NULL, follower_count INTEGER NOT NULL DEFAULT 0)`);
  const byIds = db.prepare<[string], Row>('SELECT * FROM users WHERE id IN (SELECT value FROM json_each(?))');
  const byNames = db.prepare<[string], { id: number }>(
    'SELECT id FROM users WHERE username IN (SELECT value FROM json_each(?)) ORDER BY id',
  );
  const first = db.prepare<[number], Row>('SELECT * FROM users ORDER BY id LIMIT ?');
  const count = db.prepare<[number, number]>('UPDATE users SET follower_count = follower_count + ? WHERE id = ?');
  const insert = db.prepare<[string, string, string, string]>(
    'INSERT INTO users (username, name, university, skills) VALUES (?, ?, ?, ?)',
  );
  const highest = db.prepare<[], { highest: number }>('SELECT coalesce(max(id), 0) AS highest FROM users');
  return {
    profile: async (id) => {
      const row = byIds.get(JSON.stringify([id]));
      if (row === undefined) throw notFound('user', id);
      return userOf(row);
    },
    profiles: async (ids) => byIds.all(JSON.stringify([...new Set(ids)])).map(userOf),
    idsOfUsernames: async (usernames) => byNames.all(JSON.stringify(usernames)).map((row) => row.id),
    list: async (limit) => first.all(limit).map(userOf),
    countFollower: (id, by) => {
      if (count.run(by, id).changes === 0) throw notFound('user', id);
    },
    addAll: db.transaction((people: readonly NewUser[]) => {
      for (const person of people) {
        insert.run(person.username, person.name, person.university, JSON.stringify(person.skills));
      }
    }),
    highestId: () => highest.get()?.highest ?? 0,
  };
}

function userOf(row: Row): User {
  const { id, username, name, university } = row;
  return { id, username, name, university, skills: JSON.parse(row.skills), followerCount: row.follower_count };
}
