/** Community events and who registered. Owns the tables events and event_registrations. */
import { z } from 'zod';
import type { Bus } from '../bus/index.ts';
import { type Clock, type Db, notFound } from '../platform/index.ts';

/** `startsAt` and `createdAt` are Unix ms. */
export interface CommunityEvent {
  readonly id: number;
  readonly organizerId: number;
  readonly title: string;
  readonly startsAt: number;
  readonly createdAt: number;
  readonly registrations: number;
}

/** What `event.created` carries. */
export const eventCreated = z.object({
  eventId: z.number(),
  organizerId: z.number(),
  title: z.string(),
  startsAt: z.number(),
  createdAt: z.number(),
});

/** The door of the domain. */
export interface Events {
  readonly create: (organizerId: number, title: string, startsAt: number) => Promise<CommunityEvent>;
  readonly list: (limit: number) => Promise<readonly CommunityEvent[]>;
  /** The same answer when the user is registered already. */
  readonly register: (userId: number, eventId: number) => Promise<{ readonly id: number; readonly eventId: number }>;
}

/** What the domain needs. */
export interface EventsParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly clock: Clock;
}

interface Row {
  readonly id: number;
  readonly organizer_id: number;
  readonly title: string;
  readonly starts_at: number;
  readonly created_at: number;
  readonly registrations: number;
}

/** Opens the domain on its tables. */
export function createEvents({ db, bus, clock }: EventsParts): Events {
  const sql = prepare(db);
  return {
    create: async (organizerId, title, startsAt) => {
      const createdAt = clock.nowMs();
      const id = Number(sql.insert.run(organizerId, title, startsAt, createdAt).lastInsertRowid);
      const data = { eventId: id, organizerId, title, startsAt, createdAt };
      bus.publish('event.created', data, { source: 'events', userId: organizerId });
      return { id, organizerId, title, startsAt, createdAt, registrations: 0 };
    },
    list: async (limit) => sql.list.all(limit).map(eventOf),
    register: async (userId, eventId) => {
      if (sql.one.get(eventId) === undefined) throw notFound('event', eventId);
      sql.register.run(eventId, userId, clock.nowMs());
      return { id: sql.registration.get(eventId, userId)?.id ?? 0, eventId };
    },
  };
}

function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS events (
      id INTEGER PRIMARY KEY, organizer_id INTEGER NOT NULL, title TEXT NOT NULL, starts_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS event_registrations (
      id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL, user_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
      UNIQUE (event_id, user_id))`);
  return {
    insert: db.prepare<[number, string, number, number]>(
      'INSERT INTO events (organizer_id, title, starts_at, created_at) VALUES (?, ?, ?, ?)',
    ),
    one: db.prepare<[number], { id: number }>('SELECT id FROM events WHERE id = ?'),
    list: db.prepare<[number], Row>(
      `SELECT *, (SELECT count(*) FROM event_registrations r WHERE r.event_id = e.id) AS registrations
       FROM events e ORDER BY id DESC LIMIT ?`,
    ),
    register: db.prepare<[number, number, number]>(
      'INSERT OR IGNORE INTO event_registrations (event_id, user_id, created_at) VALUES (?, ?, ?)',
    ),
    registration: db.prepare<[number, number], { id: number }>(
      'SELECT id FROM event_registrations WHERE event_id = ? AND user_id = ?',
    ),
  };
}

function eventOf(row: Row): CommunityEvent {
  const { id, title, registrations } = row;
  return {
    id,
    title,
    registrations,
    organizerId: row.organizer_id,
    startsAt: row.starts_at,
    createdAt: row.created_at,
  };
}
