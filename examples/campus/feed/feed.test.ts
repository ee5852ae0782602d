/** Fan-out below the threshold, pull from it on, and a feed that does without search. */
import { afterEach, expect, test, vi } from 'vitest';
import { startTestCampus, type TestCampus } from '../campus-for-tests.ts';

let campus: TestCampus;

afterEach(() => campus.close());

/** Followers of user 20, exactly `count` of them: 1, 2, 3 … */
async function followUser20(count: number): Promise<void> {
  for (let follower = 1; follower <= 19; follower += 1) await campus.domains.follows.unfollow(follower, 20);
  for (let follower = 1; follower <= count; follower += 1) await campus.domains.follows.follow(follower, 20);
  await campus.bus.idle();
}

async function postOf20(): Promise<number> {
  const post = await campus.call('POST', '/api/posts', { userId: 20, body: { content: 'News #chess' } });
  await campus.bus.idle();
  return Number(post.body.id);
}

async function feedOf(userId: number): Promise<readonly unknown[]> {
  const feed = await campus.call('GET', '/api/feed?limit=50', { userId });
  return (feed.body.items as { id: number }[]).map((item) => item.id);
}

test('one follower below the threshold: the post is written to each of the four feeds', async () => {
  campus = await startTestCampus({ feedThreshold: 5 });
  await followUser20(4);
  const event = { postId: await postOf20(), authorId: 20, hashtags: ['chess'], createdAt: 1 };
  expect(await campus.domains.feed.fanOut(event)).toBe(4);
  expect(await feedOf(2)).toContain(event.postId);
});

test('at the threshold the post is written to no feed and is pulled when a follower reads', async () => {
  campus = await startTestCampus({ feedThreshold: 5 });
  await followUser20(5);
  const postId = await postOf20();
  expect(await campus.domains.feed.fanOut({ postId, authorId: 20, hashtags: [], createdAt: 1 })).toBe(0);
  expect(await feedOf(2)).toContain(postId);
});

test('a second delivery of the same post leaves one item in each feed', async () => {
  campus = await startTestCampus();
  await followUser20(3);
  const postId = await postOf20();
  await campus.domains.feed.fanOut({ postId, authorId: 20, hashtags: [], createdAt: 1 });
  expect((await feedOf(2)).filter((id) => id === postId)).toHaveLength(1);
});

test('after a follow the newest posts of the followed are in the feed', async () => {
  campus = await startTestCampus();
  await followUser20(0);
  const postId = await postOf20();
  await campus.call('POST', '/api/users/20/follow', { userId: 2 });
  await campus.bus.idle();
  const feed = await campus.domains.feed.load(2, 50);
  expect(feed.items).toContainEqual(expect.objectContaining({ id: postId, score: expect.any(Number) }));
  const stranger = await campus.domains.feed.load(3, 50);
  const scoreFor = (page: typeof feed) => page.items.find((item) => item.id === postId)?.score ?? 0;
  expect(scoreFor(feed)).toBeGreaterThan(scoreFor(stranger));
});

test('while search fails the feed answers without it, says so, and search shows the errors', async () => {
  campus = await startTestCampus({ faults: true });
  await campus.call('POST', '/faults', { body: { domain: 'search', errorRate: 1, seconds: 60 } });
  const feed = await campus.call('GET', '/api/feed');
  expect(feed).toMatchObject({ status: 200, body: { degraded: ['search'] } });
  expect(feed.body.items).not.toHaveLength(0);
  expect((await campus.call('GET', '/api/search?q=chess')).status).toBe(500);
  const { text } = await campus.call('GET', '/metrics');
  expect(text).toMatch(
    /^domain_request_duration_seconds_count\{.*domain="search",.*operation="trending",.*outcome="error".*\} 1$/m,
  );
});

test('while search is slow the feed waits no longer than its deadline, and after five failures it does not ask any more', async () => {
  campus = await startTestCampus({ faults: true });
  await campus.call('POST', '/faults', {
    body: { domain: 'search', operation: 'trending', latencyMs: 500, seconds: 60 },
  });
  for (let load = 1; load <= 7; load += 1) {
    expect((await campus.call('GET', '/api/feed')).body.degraded).toEqual(['search']);
  }
  // The calls that were given up go on and are counted when they end: the five before the circuit opened, no sixth.
  await vi.waitFor(async () => expect(await callsFromFeedToSearch()).toBe(5), { timeout: 2_000 });
  const { text } = await campus.call('GET', '/metrics');
  const buckets = [...text.matchAll(/^feed_load_duration_seconds_bucket\{le="0\.3"\} (\d+)$/gm)];
  expect(buckets.map((bucket) => bucket[1])).toEqual(['7']);
});

async function callsFromFeedToSearch(): Promise<number> {
  const { text } = await campus.call('GET', '/metrics');
  const counts = text.matchAll(/^domain_call_duration_seconds_count\{from="feed",to="search",.*\} (\d+)$/gm);
  return [...counts].reduce((sum, count) => sum + Number(count[1]), 0);
}
