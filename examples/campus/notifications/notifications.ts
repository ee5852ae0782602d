/** Tells people what happened, in the app, by push and by mail. Owns the tables notifications and push_subscriptions. */
import { type DomainEvent, recordDelivery } from 'seamwatch/instrument';
import type { Follows } from '../follows/index.ts';
import type { Clock, Db, Hub, Log } from '../platform/index.ts';
import { messageOf } from '../platform/index.ts';
import { createProfileCache, type ProfileCache, type Users } from '../users/index.ts';
import { announcementOf } from './audience.ts';
import type { Notice, Senders } from './senders.ts';
import { type NoticeRow, prepare } from './tables.ts';

/** `unread` counts all of them, `items` are the newest, newest first. */
export interface Inbox {
  readonly unread: number;
  readonly items: readonly (Notice & { readonly visibleAt: number; readonly read: boolean })[];
}

/** The door of the domain. */
export interface Notifications {
  /** Stores who is to be told; they see it once `deliver` got to them. How many are new; a second delivery adds none. */
  readonly take: (event: DomainEvent) => Promise<number>;
  /** Makes the waiting notices of one event visible, one after the other. What is visible already stays as it is. */
  readonly deliver: (eventId: string) => Promise<void>;
  /** After `deliver` was given up: the waiting notices of the event count as never seen. */
  readonly giveUp: (eventId: string) => Promise<void>;
  readonly inbox: (userId: number, limit: number) => Promise<Inbox>;
  readonly markRead: (userId: number) => Promise<void>;
  readonly subscribePush: (userId: number, provider: string) => Promise<void>;
  /** The mail digest: one mail to each user with unread notices that no mail has held yet. Resolves to the mails. */
  readonly digest: () => Promise<number>;
  /** Events whose notices an earlier process left waiting. */
  readonly leftOver: () => readonly string[];
  /** Removes what is older than `olderThanMs` (age). */
  readonly prune: (olderThanMs: number) => Promise<number>;
}

/** What the domain needs. */
export interface NotificationsParts {
  readonly db: Db;
  readonly users: Users;
  readonly follows: Follows;
  readonly senders: Senders;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
}

interface Tools extends NotificationsParts {
  readonly sql: ReturnType<typeof prepare>;
  readonly profiles: ProfileCache;
}

/** Opens the domain on its tables. */
export function createNotifications(parts: NotificationsParts): Notifications {
  const sql = prepare(parts.db);
  const tools = { ...parts, sql, profiles: createProfileCache(parts.users, parts.clock) };
  return {
    take: async (event) => takeEvent(tools, event),
    deliver: async (eventId) => deliverEvent(tools, eventId),
    giveUp: async (eventId) => {
      for (const row of sql.pending.all(eventId)) recordSeen(row, 'in_app', null);
    },
    inbox: async (userId, limit) => ({
      unread: sql.unread.get(userId)?.n ?? 0,
      items: sql.visible.all(userId, limit).map((row) => ({
        ...noticeOf(row),
        visibleAt: row.visible_at ?? row.created_at,
        read: row.read_at !== null,
      })),
    }),
    markRead: async (userId) => {
      sql.markRead.run(parts.clock.nowMs(), userId);
    },
    subscribePush: async (userId, provider) => {
      sql.subscribe.run(userId, provider);
    },
    digest: async () => sendDigest(tools),
    leftOver: () => sql.leftOver.all().map((row) => row.event_id),
    prune: async (olderThanMs) => sql.prune.run(parts.clock.nowMs() - olderThanMs).changes,
  };
}

async function takeEvent({ sql, follows, profiles }: Tools, event: DomainEvent): Promise<number> {
  const announcement = await announcementOf(event, follows);
  if (announcement === null || announcement.recipientIds.length === 0) return 0;
  const { actorId, what, subjectId, recipientIds } = announcement;
  const names = await profiles.namesOf([actorId]);
  const text = `${names.get(actorId) ?? `user ${actorId}`} ${what}`;
  const { correlationId, tracestate = null } = event.metadata;
  const recipients = JSON.stringify(recipientIds);
  return sql.add.run(event.id, event.type, text, subjectId, correlationId, tracestate, event.timestamp, recipients)
    .changes;
}

async function deliverEvent(tools: Tools, eventId: string): Promise<void> {
  const { sql, senders, clock } = tools;
  const waiting = sql.pending.all(eventId);
  const ids = JSON.stringify(waiting.map((row) => row.user_id));
  const subscribers = new Set(sql.subscribers.all(ids).map((row) => row.user_id));
  for (const row of waiting) {
    await senders.inApp(row.user_id, noticeOf(row));
    const visibleAtMs = clock.nowMs();
    sql.show.run(visibleAtMs, row.id);
    recordSeen(row, 'in_app', visibleAtMs);
    if (subscribers.has(row.user_id) && !tools.hub.isOnline(row.user_id)) void push(tools, row);
  }
}

/** Visible here means accepted by the push provider; no one waits for it. */
async function push({ senders, clock, log }: Tools, row: NoticeRow): Promise<void> {
  try {
    await senders.push(row.user_id, noticeOf(row));
    recordSeen(row, 'push', clock.nowMs());
  } catch (error) {
    recordSeen(row, 'push', null);
    log.warn({ userId: row.user_id }, `push was not accepted: ${messageOf(error)}`);
  }
}

async function sendDigest({ sql, senders, clock }: Tools): Promise<number> {
  const byUser = Map.groupBy(sql.digest.all(5_000), (row) => row.user_id);
  for (const [userId, rows] of byUser) {
    await senders.email(userId, rows.map(noticeOf));
    const sentAtMs = clock.nowMs();
    sql.markEmailed.run(sentAtMs, JSON.stringify(rows.map((row) => row.id)));
    for (const row of rows) recordSeen(row, 'email', sentAtMs);
  }
  return byUser.size;
}

/**
 * From the event's own time; `atMs` null = never seen. The library leaves out what runs inside a probe's trace by itself; the digest,
 * and notices that an earlier process left, run outside of it.
 */
function recordSeen(row: NoticeRow, channel: 'in_app' | 'push' | 'email', atMs: number | null): void {
  if (row.tracestate?.split(',').includes('seam=probe') === true) return;
  const seen = atMs === null ? {} : { deliveredAtMs: atMs };
  recordDelivery({ kind: 'notification', sentAtMs: row.created_at, ...seen, channel, type: row.event_type });
}

function noticeOf(row: NoticeRow): Notice {
  const { id, text } = row;
  return {
    id,
    text,
    eventType: row.event_type,
    subjectId: row.subject_id,
    at: row.created_at,
    correlationId: row.correlation_id,
  };
}
