/** What is stored in the feed items, and how the periodic job moves it with time. */
import { expect, test } from 'vitest';
import { createBus } from '../bus/index.ts';
import { createFollows } from '../follows/index.ts';
import { openDatabase, seededRandom, silentLog } from '../platform/index.ts';
import { createPosts } from '../posts/index.ts';
import { createSearch } from '../search/index.ts';
import { createUsers } from '../users/index.ts';
import { createFeed } from './feed.ts';
import { recencyHalfLifeMs } from './ranking.ts';

/** User 2, who is good at chess, follows user 1. */
function bench() {
  let ms = 1_000_000;
  const clock = { nowMs: () => ms, monotonicMs: () => ms };
  const db = openDatabase(':memory:');
  const bus = createBus({ db, log: silentLog, random: seededRandom(1) });
  const users = createUsers(db);
  const follows = createFollows({ db, bus, users, clock });
  const posts = createPosts({ db, bus, users, clock });
  const feed = createFeed({ db, posts, follows, users, search: createSearch({ clock }), clock });
  const person = (name: string, skills: readonly string[]) => ({ username: name, name, university: 'x', skills });
  users.addAll([person('a', []), person('b', ['chess'])]);
  follows.addAll([{ followerId: 2, followeeId: 1, bell: false }]);
  const scores = db.prepare<[], { post_id: number; score: number }>('SELECT post_id, score FROM user_feed_items');
  const write = async (content: string) => {
    const post = await posts.create(1, content);
    await feed.fanOut({ ...post, postId: post.id });
    return post.id;
  };
  const stored = () => Object.fromEntries(scores.all().map((row) => [row.post_id, row.score]));
  return { feed, posts, write, stored, advance: (by: number) => (ms += by) };
}

test('a new post is stored with 35 for recency, 20 where it is relevant, and 10 for a follow that is not mutual', async () => {
  const { write, stored } = bench();
  const [chess, rowing] = [await write('#chess'), await write('#rowing')];
  expect(stored()).toEqual({ [chess]: 65, [rowing]: 45 });
});

test('one half-life later the job takes 17.5 points of recency from each, and a like gives some back', async () => {
  const { feed, posts, write, stored, advance } = bench();
  const [quiet, liked] = [await write('#chess'), await write('#chess')];
  await posts.like(2, liked);
  advance(recencyHalfLifeMs);
  expect(stored()).toEqual({ [quiet]: 65, [liked]: 65 });
  expect(await feed.rerank(10)).toBe(2);
  expect(stored()[quiet]).toBe(47.5);
  expect(stored()[liked]).toBeCloseTo(47.5 + (25 * Math.log(2)) / Math.log(201), 9);
});

test('a reaction moves only its own post, and a removed post leaves every feed', async () => {
  const { feed, write, stored } = bench();
  const [first, second] = [await write('x'), await write('y')];
  await feed.rescore(first, 200, 0, 1_000_000);
  expect(stored()).toEqual({ [first]: 70, [second]: 45 });
  await feed.removePost(first);
  expect(stored()).toEqual({ [second]: 45 });
});
