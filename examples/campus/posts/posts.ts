/** Posts, comments and likes. Owns the tables posts, comments and reactions; coupled with users, follows' counts and the feed. */
import type { DomainEvent } from 'seamwatch/instrument';
import type { Bus } from '../bus/index.ts';
import { type Clock, type Db, forbidden, notFound } from '../platform/index.ts';
import type { Users } from '../users/index.ts';
import { type PostRow, prepare } from './tables.ts';

/** `createdAt` is Unix ms. */
export interface Post {
  readonly id: number;
  readonly authorId: number;
  readonly authorName: string;
  readonly content: string;
  readonly hashtags: readonly string[];
  readonly likes: number;
  readonly comments: number;
  readonly createdAt: number;
}

/** A comment on a post. */
export interface Comment {
  readonly id: number;
  readonly postId: number;
  readonly authorId: number;
  readonly content: string;
  readonly createdAt: number;
}

/** The door of the domain. A deleted post does not exist any more for anyone. */
export interface Posts {
  readonly create: (authorId: number, content: string) => Promise<Post>;
  readonly get: (id: number) => Promise<Post & { readonly thread: readonly Comment[] }>;
  readonly remove: (userId: number, id: number) => Promise<void>;
  readonly comment: (authorId: number, postId: number, content: string) => Promise<Comment>;
  /** The same answer when the like exists already; the event is published once. */
  readonly like: (userId: number, postId: number) => Promise<{ readonly id: number; readonly likes: number }>;
  readonly byIds: (ids: readonly number[]) => Promise<readonly Post[]>;
  readonly recent: (limit: number) => Promise<readonly Post[]>;
  /** The newest posts of any of these authors, for authors who are too popular to fan out. */
  readonly recentOf: (authorIds: readonly number[], limit: number) => Promise<readonly Post[]>;
  /** For the seed only: no event is published. */
  readonly addAll: (posts: readonly SeedPost[]) => void;
}

/** A post that has always been there; `createdAt` is Unix ms. */
export type SeedPost = Pick<Post, 'authorId' | 'authorName' | 'content' | 'createdAt'>;

/** What the domain needs. */
export interface PostsParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly users: Users;
  readonly clock: Clock;
}

/** Opens the domain on its tables. */
export function createPosts(parts: PostsParts): Posts {
  const sql = prepare(parts.db);
  const find = (id: number): PostRow => {
    const row = sql.one.get(id);
    if (row === undefined) throw notFound('post', id);
    return row;
  };
  return {
    create: async (authorId, content) => createPost(parts, sql, authorId, content),
    get: async (id) => ({
      ...postOf(find(id)),
      thread: sql.thread.all(id).map((row) => ({
        id: row.id,
        postId: id,
        authorId: row.author_id,
        content: row.content,
        createdAt: row.created_at,
      })),
    }),
    remove: async (userId, id) => {
      if (find(id).author_id !== userId) throw forbidden(`post ${id} belongs to someone else`);
      sql.remove.run(id);
      parts.bus.publish('post.deleted', { postId: id, authorId: userId }, { source: 'posts', userId });
    },
    comment: async (authorId, postId, content) => addComment(parts, sql, { authorId, postId, content }, find(postId)),
    like: async (userId, postId) => addLike(parts, sql, userId, find(postId)),
    byIds: async (ids) => sql.byIds.all(JSON.stringify(ids)).map(postOf),
    recent: async (limit) => sql.recent.all(limit).map(postOf),
    recentOf: async (authorIds, limit) => sql.recentOf.all(JSON.stringify(authorIds), limit).map(postOf),
    addAll: parts.db.transaction((posts: readonly SeedPost[]) => {
      for (const { authorId, authorName, content, createdAt } of posts) {
        sql.insert.run(authorId, authorName, content, JSON.stringify(wordsAfter('#', content)), createdAt);
      }
    }),
  };
}

type Statements = ReturnType<typeof prepare>;

async function createPost(parts: PostsParts, sql: Statements, authorId: number, content: string): Promise<Post> {
  const { bus, users, clock } = parts;
  const author = await users.profile(authorId);
  const hashtags = wordsAfter('#', content);
  const createdAt = clock.nowMs();
  const id = Number(
    sql.insert.run(authorId, author.name, content, JSON.stringify(hashtags), createdAt).lastInsertRowid,
  );
  const event = bus.publish(
    'post.created',
    { postId: id, authorId, content, hashtags, createdAt },
    { source: 'posts', userId: authorId },
  );
  await publishMentions(parts, event, { postId: id, authorId, content });
  return { id, authorId, authorName: author.name, content, hashtags, likes: 0, comments: 0, createdAt };
}

interface NewComment {
  readonly authorId: number;
  readonly postId: number;
  readonly content: string;
}

async function addComment(parts: PostsParts, sql: Statements, comment: NewComment, post: PostRow): Promise<Comment> {
  const { db, bus, clock } = parts;
  const { authorId, postId, content } = comment;
  const createdAt = clock.nowMs();
  const id = db.transaction(() => {
    sql.countComment.run(postId);
    return Number(sql.insertComment.run(postId, authorId, content, createdAt).lastInsertRowid);
  })();
  const counts = { likes: post.likes, comments: post.comments + 1, postCreatedAt: post.created_at };
  const event = bus.publish(
    'comment.created',
    { commentId: id, postId, postAuthorId: post.author_id, commenterId: authorId, content, ...counts },
    { source: 'posts', userId: authorId },
  );
  await publishMentions(parts, event, comment);
  return { id, postId, authorId, content, createdAt };
}

/** One event for each person who is named with `@username`. */
async function publishMentions({ bus, users }: PostsParts, causedBy: DomainEvent, text: NewComment): Promise<void> {
  const usernames = wordsAfter('@', text.content);
  if (usernames.length === 0) return;
  const { postId, authorId } = text;
  for (const mentionedId of await users.idsOfUsernames(usernames)) {
    bus.publish('mention.created', { postId, authorId, mentionedId }, { source: 'posts', userId: authorId, causedBy });
  }
}

function addLike(
  { db, bus, clock }: PostsParts,
  sql: Statements,
  userId: number,
  post: PostRow,
): { id: number; likes: number } {
  const isNew = db.transaction(() => {
    const added = sql.insertReaction.run(post.id, userId, clock.nowMs()).changes === 1;
    if (added) sql.countLike.run(post.id);
    return added;
  })();
  const likes = post.likes + (isNew ? 1 : 0);
  if (isNew) {
    bus.publish(
      'reaction.added',
      {
        postId: post.id,
        postAuthorId: post.author_id,
        reactorId: userId,
        likes,
        comments: post.comments,
        postCreatedAt: post.created_at,
      },
      { source: 'posts', userId },
    );
  }
  return { id: sql.reaction.get(post.id, userId)?.id ?? 0, likes };
}

function postOf(row: PostRow): Post {
  const { id, content, likes, comments } = row;
  return {
    id,
    authorId: row.author_id,
    authorName: row.author_name,
    content,
    hashtags: JSON.parse(row.hashtags),
    likes,
    comments,
    createdAt: row.created_at,
  };
}

function wordsAfter(mark: '#' | '@', content: string): string[] {
  const pattern = mark === '#' ? /#([a-z0-9_]{1,40})/gi : /@([a-z0-9_.]{1,40})/gi;
  return [...new Set([...content.matchAll(pattern)].map((match) => (match[1] ?? '').toLowerCase()))];
}
