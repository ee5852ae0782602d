/** Builds every domain behind its measured door, and nothing else: who gets whose door is the map of the monolith. */
import { instrumentDomain } from 'seamwatch/instrument';
import { type Analytics, createAnalytics } from './analytics/index.ts';
import type { Bus } from './bus/index.ts';
import { type Chat, createChat } from './chat/index.ts';
import { createEvents, type Events } from './events/index.ts';
import { createFeed, type Feed } from './feed/index.ts';
import { createFollows, type Follows } from './follows/index.ts';
import { createMedia, type Media } from './media/index.ts';
import { createNotifications, createSenders, type Notifications } from './notifications/index.ts';
import type { Clock, Db, Faults, Hub, Log, Random } from './platform/index.ts';
import { createPosts, type Posts } from './posts/index.ts';
import { createRecommendations, type Recommendations } from './recommendations/index.ts';
import { createSearch, type Search } from './search/index.ts';
import { createUsers, type Users } from './users/index.ts';

/** Every door of the monolith. */
export interface Domains {
  readonly users: Users;
  readonly follows: Follows;
  readonly posts: Posts;
  readonly search: Search;
  readonly feed: Feed;
  readonly chat: Chat;
  readonly events: Events;
  readonly notifications: Notifications;
  readonly recommendations: Recommendations;
  readonly media: Media;
  readonly analytics: Analytics;
}

/** What the domains are built from; `closing` aborts when the app ends. */
export interface DomainParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly hub: Hub;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly closing: AbortSignal;
  readonly feedThreshold: number;
}

/** `close` ends the gauges of the domains. */
export function buildDomains(parts: DomainParts): { readonly domains: Domains; readonly close: () => void } {
  const { db, bus, hub, clock, log } = parts;
  // Faults inside the measured call, so that the domain's own numbers show them.
  const door = <T extends object>(name: string, service: T): T =>
    instrumentDomain(name, parts.faults.guard(name, service));
  const users = door('users', createUsers(db));
  const follows = door('follows', createFollows({ db, bus, users, clock }));
  const posts = door('posts', createPosts({ db, bus, users, clock }));
  const search = door('search', createSearch({ clock }));
  const feed = door('feed', createFeed({ db, posts, follows, users, search, clock, threshold: parts.feedThreshold }));
  const chat = door('chat', createChat({ db, bus, users, hub, clock }));
  const events = door('events', createEvents({ db, bus, clock }));
  const senders = createSenders(hub, clock, parts.random, parts.closing);
  const notifications = door('notifications', createNotifications({ db, users, follows, senders, hub, clock, log }));
  const recommendations = door('recommendations', createRecommendations({ db, users, follows, clock }));
  const files = createMedia({ db, bus, clock });
  const media = door('media', files);
  const analytics = door('analytics', createAnalytics({ db, clock }));
  return {
    domains: { users, follows, posts, search, feed, chat, events, notifications, recommendations, media, analytics },
    close: files.endGauge,
  };
}
