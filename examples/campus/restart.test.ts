/** What a restart keeps: a database file is used again, and what an earlier process left waiting is delivered. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestCampus } from './campus-for-tests.ts';
import { openDatabase } from './platform/index.ts';

let directory: string;
let dataFile: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'campus-'));
  dataFile = join(directory, 'campus.db');
});
afterEach(() => rm(directory, { recursive: true }));

test('posts, follows and notifications survive, and the seed is sown once', async () => {
  const first = await startTestCampus({ dataFile });
  const post = await first.call('POST', '/api/posts', { userId: 5, body: { content: 'Zeppelin' } });
  await first.call('POST', `/api/posts/${post.body.id}/likes`, { userId: 6 });
  await first.bus.idle();
  await first.close();
  const second = await startTestCampus({ dataFile, users: 90 });
  expect(second.domains.users.highestId()).toBe(20);
  expect((await second.call('GET', `/api/posts/${post.body.id}`)).body).toMatchObject({
    content: 'Zeppelin',
    likes: 1,
  });
  expect((await second.call('GET', '/api/search?q=zeppelin')).body.items).toHaveLength(1);
  expect((await second.call('GET', '/api/notifications', { userId: 5 })).body).toMatchObject({ unread: 1 });
  await second.close();
});

test('closing makes every waiting notice visible without waiting for the provider', async () => {
  const campus = await startTestCampus({ dataFile, users: 200 });
  await campus.call('POST', '/api/posts', { userId: 2, body: { content: 'Everyone look' } });
  await campus.bus.idle();
  const startMs = performance.now();
  await campus.close();
  // 199 bells at 20 ms would be 4 s.
  expect(performance.now() - startMs).toBeLessThan(3_000);
  const db = openDatabase(dataFile);
  const count = 'SELECT count(*) AS n, count(visible_at) AS visible FROM notifications';
  expect(db.prepare(count).get()).toEqual({ n: 199, visible: 199 });
  db.close();
});

test('a notice that a killed process left waiting is delivered by the next one', async () => {
  const first = await startTestCampus({ dataFile });
  const post = await first.call('POST', '/api/posts', { userId: 5, body: { content: 'Hello' } });
  await first.call('POST', `/api/posts/${post.body.id}/likes`, { userId: 6 });
  await first.bus.idle();
  await first.delivery.idle();
  await first.close();
  const db = openDatabase(dataFile);
  db.exec('UPDATE notifications SET visible_at = NULL WHERE user_id = 5');
  db.close();
  const second = await startTestCampus({ dataFile });
  await second.delivery.idle();
  expect((await second.call('GET', '/api/notifications', { userId: 5 })).body).toMatchObject({ unread: 1 });
  await second.close();
});
