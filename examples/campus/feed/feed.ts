/** The ranked feed: fan-out on write below the follower threshold, pull at read time from it on (S1 §2, hybrid approach). */
import { metric, recordDuration } from 'seamwatch/instrument';
import type { Follows } from '../follows/index.ts';
import { type Breaker, breathe, type Clock, createBreaker, type Db } from '../platform/index.ts';
import type { Post, Posts } from '../posts/index.ts';
import type { Search } from '../search/index.ts';
import type { Users } from '../users/index.ts';
import { engagementOf, recencyOf, relationshipOf, relevanceOf, scoreOf, weights } from './ranking.ts';
import { type NewItem, prepare } from './tables.ts';

/** Followers from which an author is too popular to fan out (S1 §2). */
export const pullThreshold = 5_000;

/** A post with the points (0..100) that put it where it is. */
export interface FeedItem extends Post {
  readonly score: number;
}

/** `degraded` names what the feed had to do without. */
export interface FeedPage {
  readonly items: readonly FeedItem[];
  readonly degraded: readonly string[];
}

/** A post as the fan-out needs it. */
export interface FannedPost {
  readonly postId: number;
  readonly authorId: number;
  readonly hashtags: readonly string[];
  readonly createdAt: number;
}

/** The door of the domain. Each writing call may be repeated without effect. */
export interface Feed {
  readonly load: (userId: number, limit: number) => Promise<FeedPage>;
  /** How many feeds the post was written to; 0 when it is left to be pulled. */
  readonly fanOut: (post: FannedPost) => Promise<number>;
  /** After a follow: the newest posts of the one come into the feed of the other. */
  readonly backfill: (followerId: number, followeeId: number) => Promise<void>;
  readonly removePost: (postId: number) => Promise<void>;
  readonly rescore: (postId: number, likes: number, comments: number, createdAt: number) => Promise<void>;
  /** The periodic job: gives the newest `limit` posts the score of now. */
  readonly rerank: (limit: number) => Promise<number>;
  /** Removes items older than `olderThanMs` (age). */
  readonly prune: (olderThanMs: number) => Promise<number>;
}

/** What the domain needs; `threshold` default {@link pullThreshold}, `breaker` default 80 ms and 5 failures. */
export interface FeedParts {
  readonly db: Db;
  readonly posts: Posts;
  readonly follows: Follows;
  readonly users: Users;
  readonly search: Search;
  readonly clock: Clock;
  readonly threshold?: number;
  readonly breaker?: Breaker;
}

type Sql = ReturnType<typeof prepare>;

/** Opens the domain on its table. */
export function createFeed(parts: FeedParts): Feed {
  const { db, posts, clock } = parts;
  const sql = prepare(db);
  const breaker = parts.breaker ?? createBreaker({ clock, deadlineMs: 80, failures: 5, openMs: 10_000 });
  const rescore = (postId: number, likes: number, comments: number, createdAt: number): number =>
    sql.rescore.run(movingPoints(likes, comments, clock.nowMs() - createdAt), postId).changes;
  return {
    load: async (userId, limit) => {
      const startMs = clock.monotonicMs();
      const page = await loadPage(parts, sql, breaker, userId, limit);
      recordDuration(metric.feedLoad, (clock.monotonicMs() - startMs) / 1_000);
      return page;
    },
    fanOut: async (post) => fanOutPost(parts, sql, post),
    backfill: async (followerId, followeeId) => backfill(parts, sql, followerId, followeeId),
    removePost: async (postId) => {
      sql.removePost.run(postId);
    },
    rescore: async (postId, likes, comments, createdAt) => {
      rescore(postId, likes, comments, createdAt);
    },
    rerank: async (limit) => {
      const ids = sql.posts.all(limit).map((row) => row.post_id);
      let rows = 0;
      for (const post of await posts.byIds(ids)) {
        rows += rescore(post.id, post.likes, post.comments, post.createdAt);
        await breathe();
      }
      return rows;
    },
    prune: async (olderThanMs) => sql.prune.run(clock.nowMs() - olderThanMs).changes,
  };
}

/** The points that time and reactions move. */
function movingPoints(likes: number, comments: number, ageMs: number): number {
  return weights.recency * recencyOf(ageMs) + weights.engagement * engagementOf(likes, comments);
}

async function fanOutPost(parts: FeedParts, sql: Sql, post: FannedPost): Promise<number> {
  const count = await parts.follows.followerCount(post.authorId);
  if (count === 0 || count >= (parts.threshold ?? pullThreshold)) return 0;
  const followers = await parts.follows.followers(post.authorId);
  const readers = await parts.users.profiles(followers.map((follower) => follower.userId));
  const skillsOf = new Map(readers.map((reader) => [reader.id, new Set(reader.skills)]));
  const rows = followers.map(({ userId, mutual }) =>
    itemFor(userId, relevanceOf(post.hashtags, skillsOf.get(userId) ?? new Set()), mutual ? 'mutual' : 'follows'),
  );
  const moving = movingPoints(0, 0, parts.clock.nowMs() - post.createdAt);
  return sql.insert.run(post.postId, moving, post.createdAt, JSON.stringify(rows)).changes;
}

function itemFor(userId: number, relevance: number, relation: 'mutual' | 'follows'): NewItem {
  const relationship = relationshipOf(relation);
  return { u: userId, b: weights.relevance * relevance + weights.relationship * relationship, r: relationship };
}

async function backfill(parts: FeedParts, sql: Sql, followerId: number, followeeId: number): Promise<void> {
  const [reader] = await parts.users.profiles([followerId]);
  const skills = new Set(reader?.skills ?? []);
  for (const post of await parts.posts.recentOf([followeeId], 5)) {
    const moving = movingPoints(post.likes, post.comments, parts.clock.nowMs() - post.createdAt);
    const row = itemFor(followerId, relevanceOf(post.hashtags, skills), 'follows');
    sql.insert.run(post.id, moving, post.createdAt, JSON.stringify([row]));
  }
}

async function loadPage(
  parts: FeedParts,
  sql: Sql,
  breaker: Breaker,
  userId: number,
  limit: number,
): Promise<FeedPage> {
  const [trending, popular, readers] = await Promise.all([
    breaker.call(() => parts.search.trending(10)),
    pullPopular(parts, userId, limit),
    parts.users.profiles([userId]),
  ]);
  const pushed = sql.best.all(userId, limit * 2);
  const written = await parts.posts.byIds(pushed.map((row) => row.post_id));
  const candidates = new Map([...popular, ...written].map((post) => [post.id, post]));
  // A reader who follows nobody, or only the silent, gets what is new.
  const filler = candidates.size < limit ? await parts.posts.recent(limit) : [];
  for (const post of filler) candidates.set(post.id, candidates.get(post.id) ?? post);
  // Statements, not rows: S1 §2 counts database reads, up to 200 × 200 of them before the fan-out.
  recordDuration(metric.feedReadsPerLoad, 5 + (popular.length > 0 ? 1 : 0) + (filler.length > 0 ? 1 : 0));
  const interests = new Set([...(readers[0]?.skills ?? []), ...(trending ?? [])]);
  const relationships = new Map([
    ...popular.map((post) => [post.id, relationshipOf('follows')] as const),
    ...pushed.map((row) => [row.post_id, row.relationship] as const),
  ]);
  const items = [...candidates.values()].map((post) =>
    rank(post, interests, relationships.get(post.id) ?? relationshipOf('stranger'), parts.clock),
  );
  items.sort((left, right) => right.score - left.score || right.id - left.id);
  return { items: items.slice(0, limit), degraded: trending === null ? ['search'] : [] };
}

/** The posts of followed authors who are too popular to fan out. */
async function pullPopular(parts: FeedParts, userId: number, limit: number): Promise<readonly Post[]> {
  const followees = await parts.follows.followeeIds(userId);
  const authors = await parts.users.profiles(followees);
  const threshold = parts.threshold ?? pullThreshold;
  const popular = authors.filter((author) => author.followerCount >= threshold).map((author) => author.id);
  return popular.length === 0 ? [] : parts.posts.recentOf(popular, limit);
}

function rank(post: Post, interests: ReadonlySet<string>, relationship: number, clock: Clock): FeedItem {
  const score = scoreOf({
    recency: recencyOf(clock.nowMs() - post.createdAt),
    relevance: relevanceOf(post.hashtags, interests),
    engagement: engagementOf(post.likes, post.comments),
    relationship,
  });
  return { ...post, score: Math.round(score * 1_000) / 1_000 };
}
