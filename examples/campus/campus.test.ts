/** The API of the monolith, end to end on a real server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCampus, type TestCampus } from './campus-for-tests.ts';

let campus: TestCampus;

beforeAll(async () => {
  campus = await startTestCampus();
});
afterAll(() => campus.close());

describe('the documented routes', () => {
  test('a post reaches the feed of a follower, and its author reads the like and the comment as notifications', async () => {
    expect((await campus.call('DELETE', '/api/users/3/follow', { userId: 4 })).status).toBe(204);
    const follow = await campus.call('POST', '/api/users/3/follow', { userId: 4 });
    expect(follow).toMatchObject({ status: 201, body: { id: expect.any(Number), followerId: 4, followeeId: 3 } });
    const post = await campus.call('POST', '/api/posts', { userId: 3, body: { content: 'Hello #chess' } });
    expect(post).toMatchObject({ status: 201, body: { id: expect.any(Number), hashtags: ['chess'] } });
    const path = `/api/posts/${post.body.id}`;
    const comment = await campus.call('POST', `${path}/comments`, { userId: 5, body: { content: 'Nice' } });
    expect(comment).toMatchObject({ status: 201, body: { id: expect.any(Number), postId: post.body.id } });
    const like = await campus.call('POST', `${path}/likes`, { userId: 6 });
    expect(like).toMatchObject({ status: 201, body: { id: expect.any(Number), likes: 1 } });
    await campus.bus.idle();
    await campus.delivery.idle();
    const feed = await campus.call('GET', '/api/feed?limit=50', { userId: 4 });
    expect(feed.body.items).toContainEqual(expect.objectContaining({ id: post.body.id, likes: 1, comments: 1 }));
    const inbox = await campus.call('GET', '/api/notifications', { userId: 3 });
    const texts = (inbox.body.items as { text: string }[]).map((item) => item.text);
    expect(texts).toEqual([
      expect.stringMatching(/likes your post$/),
      expect.stringMatching(/commented on your post$/),
      expect.stringMatching(/follows you$/),
    ]);
  });

  test('a second like by the same person changes nothing and answers the same id', async () => {
    const post = await campus.call('POST', '/api/posts', { userId: 3, body: { content: 'Again' } });
    const first = await campus.call('POST', `/api/posts/${post.body.id}/likes`, { userId: 7 });
    const second = await campus.call('POST', `/api/posts/${post.body.id}/likes`, { userId: 7 });
    expect(second.body).toEqual(first.body);
  });

  test('a person who is named with @ is notified', async () => {
    const named = await campus.call('GET', '/api/users/8');
    await campus.call('POST', '/api/posts', { userId: 9, body: { content: `Ask @${named.body.username}` } });
    await campus.bus.idle();
    await campus.delivery.idle();
    const inbox = await campus.call('GET', '/api/notifications', { userId: 8 });
    expect(inbox.body.items).toContainEqual(expect.objectContaining({ eventType: 'mention.created' }));
  });

  test('a deleted post leaves the feed, the search and its own address', async () => {
    const post = await campus.call('POST', '/api/posts', { userId: 3, body: { content: 'Zeppelin flight' } });
    await campus.bus.idle();
    const found = await campus.call('GET', '/api/search?q=zeppelin');
    expect(found.body.items).toContainEqual(expect.objectContaining({ kind: 'post', id: post.body.id }));
    expect((await campus.call('DELETE', `/api/posts/${post.body.id}`, { userId: 4 })).status).toBe(403);
    expect((await campus.call('DELETE', `/api/posts/${post.body.id}`, { userId: 3 })).status).toBe(204);
    await campus.bus.idle();
    expect((await campus.call('GET', '/api/search?q=zeppelin')).body.items).toEqual([]);
    expect((await campus.call('GET', `/api/posts/${post.body.id}`)).status).toBe(404);
  });

  test('search forgives a typing error', async () => {
    await campus.call('POST', '/api/events', { userId: 3, body: { title: 'Hackathon' } });
    await campus.bus.idle();
    const found = await campus.call('GET', '/api/search?q=hackaton&kind=event');
    expect(found.body.items).toEqual([expect.objectContaining({ kind: 'event', title: 'Hackathon' })]);
  });

  test('an upload gets its three smaller copies', async () => {
    const response = await fetch(`${campus.url}/api/media`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(300 * 300).fill(9),
    });
    const { id } = (await response.json()) as { id: number };
    await campus.bus.idle();
    const file = await campus.call('GET', `/api/media/${id}`);
    expect(file.body).toMatchObject({ bytes: 90_000, variants: ['thumbnail', 'medium', 'full'] });
    expect(campus.domains.media.storedBytes()).toBe(90_000 + 32 * 32 + 96 * 96 + 256 * 256);
  });

  test('every create answers with an id and every other list answers with items', async () => {
    const event = await campus.call('POST', '/api/events', { body: { title: 'Chess night' } });
    const registration = await campus.call('POST', `/api/events/${event.body.id}/registrations`, { userId: 5 });
    const tracked = await campus.call('POST', '/api/analytics/events', { body: { name: 'page.viewed' } });
    for (const answer of [event, registration, tracked]) {
      expect(answer).toMatchObject({ status: 201, body: { id: expect.any(Number) } });
    }
    for (const path of ['/api/recommendations', '/api/events', '/api/analytics/summary', '/api/users']) {
      expect((await campus.call('GET', path)).body.items, path).not.toHaveLength(0);
    }
  });
});

describe('mistakes', () => {
  test.each([
    ['POST', '/api/posts', { body: { content: '  ' } }, 400, /^content: /],
    ['POST', '/api/posts', {}, 400, /^content: /],
    ['GET', '/api/search', {}, 400, /^q must be/],
    ['GET', '/api/feed?limit=0', {}, 400, /^limit 0 must be/],
    ['GET', '/api/posts/abc', {}, 400, /must be a whole number/],
    ['POST', '/api/users/1/follow', {}, 400, /can not follow themself/],
    ['GET', '/api/feed', { headers: { 'x-user-id': 'me' } }, 400, /^header x-user-id is "me"/],
    ['GET', '/api/feed', { userId: 21 }, 404, /^user 21 does not exist; ids run from 1 to 20$/],
    ['POST', '/api/posts/9999/comments', { body: { content: 'x' } }, 404, /^post 9999 does not exist$/],
    ['POST', '/api/users/9999/follow', {}, 404, /^user 9999 does not exist$/],
    ['GET', '/api/chat/conversations/9999', {}, 404, /^conversation 9999 does not exist$/],
    ['POST', '/api/chat/conversations', { body: { participantIds: [1] } }, 400, /needs someone else/],
    ['POST', '/api/chat/conversations', { body: { participantIds: [77] } }, 404, /^user 77 does not exist$/],
    ['GET', '/api/nothing', {}, 404, /^there is nothing at GET \/api\/nothing/],
    [
      'POST',
      '/faults',
      { body: { domain: 'search', latencyMs: 5 } },
      404,
      /^faults are off; start the app with --faults/,
    ],
  ])('%s %s %j answers %i with a sentence', async (method, path, call, status, sentence) => {
    const answer = await campus.call(method, path, call);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ status, message: expect.stringMatching(sentence) });
  });

  test('a failed follow leaves no follow behind: both tables are written in one transaction', async () => {
    await campus.call('POST', '/api/users/9999/follow');
    expect(await campus.domains.follows.followerCount(9_999)).toBe(0);
  });

  test('a body that is no JSON answers 400', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${campus.url}/api/posts`, { method: 'POST', headers, body: '{"content":' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('the body is not JSON');
  });

  test('a busy port is refused with one message that says how to move it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const refused = startTestCampus({ port });
    await expect(refused).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use by another program; choose another with --port, 0 picks a free one`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('operational pages', () => {
  test('the landing page, health, readiness and metrics answer', async () => {
    expect((await campus.call('GET', '/')).text).toContain('<h1>Campus Connect</h1>');
    expect((await campus.call('GET', '/about')).text).toContain('<h1>About Campus Connect</h1>');
    expect((await campus.call('GET', '/health')).body).toEqual({ status: 'ok' });
    expect((await campus.call('GET', '/ready')).body).toEqual({ status: 'ready' });
    expect((await campus.call('GET', '/metrics')).text).toContain('domain_request_duration_seconds_bucket');
  });

  test('each entry counts for its own domain under its route template, and operational pages count for nobody', async () => {
    await campus.call('POST', '/api/users/12/follow', { userId: 13 });
    const { text } = await campus.call('GET', '/metrics');
    const entries = new Set(
      [...text.matchAll(/^domain_request_duration_seconds_count\{(.*entry="true".*)\} \d+$/gm)].map(
        ([, labels = '']) => {
          const label = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
          return `${label('domain')} ${label('operation')}`;
        },
      ),
    );
    expect(entries).toContain('follows POST /api/users/:id/follow');
    expect(entries).toContain('posts POST /api/posts/:id/comments');
    expect(entries).toContain('chat GET /api/chat/conversations/:id');
    expect([...entries].filter((entry) => /metrics|health|ready|faults/.test(entry))).toEqual([]);
  });

  test('the shared transaction of follows and users shows as a call inside a transaction', async () => {
    await campus.call('DELETE', '/api/users/14/follow', { userId: 15 });
    await campus.call('POST', '/api/users/14/follow', { userId: 15 });
    const { text } = await campus.call('GET', '/metrics');
    expect(text).toMatch(
      /^domain_call_duration_seconds_count\{from="follows",to="users",mode="sync",in_tx="true",outcome="ok"\} [1-9]\d*$/m,
    );
  });
});
