/** The people, follows and posts that a new database starts with. */
import { createBus } from './bus/index.ts';
import { createFeed } from './feed/index.ts';
import { createFollows, type Follow } from './follows/index.ts';
import { createNotifications, createSenders } from './notifications/index.ts';
import { between, type Clock, createHub, type Db, pick, type Random, silentLog } from './platform/index.ts';
import { createPosts, type SeedPost } from './posts/index.ts';
import { createSearch } from './search/index.ts';
import { createUsers, type NewUser } from './users/index.ts';
import { firstNames, lastNames, openings, skills, universities } from './vocabulary.ts';

/** The author whose every post rings the bell of {@link popularBells} followers. */
export const popularAuthorId = 2;

/** Notices that one post of the popular author causes: 335 × about 20 ms holds the delivery worker for 6 to 7 s. */
export const popularBells = 335;

/** Every so many-th user gets push. */
const pushEvery = 3;

const dayMs = 86_400_000;

/** Does nothing when there are users already. Runs before the library starts, so the seed is not counted as traffic. */
export async function seedDatabase(db: Db, count: number, clock: Clock, random: Random): Promise<void> {
  const users = createUsers(db);
  if (users.highestId() > 0) return;
  const bus = createBus({ db, log: silentLog, random });
  const follows = createFollows({ db, bus, users, clock });
  const posts = createPosts({ db, bus, users, clock });
  const feed = createFeed({ db, posts, follows, users, search: createSearch({ clock }), clock });
  const people = Array.from({ length: count }, (_, index) => person(index + 1, random));
  users.addAll(people);
  follows.addAll(followsOf(count, random));
  posts.addAll(postsOf(people, clock.nowMs(), random));
  for (const post of await posts.recent(count)) await feed.fanOut({ ...post, postId: post.id });
  const senders = createSenders(createHub(), clock, random, AbortSignal.abort());
  const parts = { db, users, follows, senders, hub: createHub(), clock, log: silentLog };
  const notifications = createNotifications(parts);
  for (let id = pushEvery; id <= count; id += pushEvery) await notifications.subscribePush(id, 'web-push');
}

function person(id: number, random: Random): NewUser {
  const first = pick(random, firstNames);
  const last = pick(random, lastNames);
  return {
    username: `${first}.${last}${id}`.toLowerCase(),
    name: `${first} ${last}`,
    university: pick(random, universities),
    skills: [...new Set([pick(random, skills), pick(random, skills), pick(random, skills)])],
  };
}

/** Everyone follows about ten others, some with the bell; the first ones after user 2 ring for each post of user 2. */
function followsOf(count: number, random: Random): readonly Omit<Follow, 'id'>[] {
  const follows = new Map<string, Omit<Follow, 'id'>>();
  const add = (followerId: number, followeeId: number, bell: boolean): void => {
    if (followerId !== followeeId) follows.set(`${followerId}>${followeeId}`, { followerId, followeeId, bell });
  };
  for (let followerId = 1; followerId <= count; followerId += 1) {
    for (let nth = between(random, 6, 14); nth > 0; nth -= 1) {
      const followeeId = between(random, 1, count);
      if (followeeId !== popularAuthorId) add(followerId, followeeId, random() < 0.15);
    }
  }
  for (let nth = 0; nth < Math.min(popularBells, count - 1); nth += 1) {
    add(nth === 0 ? 1 : nth + 2, popularAuthorId, true);
  }
  return [...follows.values()];
}

/** One post for every third person, over the last day, oldest first. */
function postsOf(people: readonly NewUser[], nowMs: number, random: Random): readonly SeedPost[] {
  const posts = people.flatMap((author, index) => {
    if (index % 3 !== 0) return [];
    const content = `${pick(random, openings)} ${pick(random, skills)} #${pick(random, skills)}`;
    const createdAt = nowMs - Math.floor(random() * dayMs);
    return [{ authorId: index + 1, authorName: author.name, content, createdAt }];
  });
  return posts.sort((left, right) => left.createdAt - right.createdAt);
}
