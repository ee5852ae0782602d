/** The bottleneck in worked numbers, and the three channels. */
import { type Instrumentation, start } from 'seamwatch/instrument';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBus } from '../bus/index.ts';
import { createFollows } from '../follows/index.ts';
import { createHub, openDatabase, seededRandom, silentLog } from '../platform/index.ts';
import { createUsers } from '../users/index.ts';
import { createNotifications } from './notifications.ts';
import type { Senders } from './senders.ts';

let instrumentation: Instrumentation;
beforeAll(async () => {
  instrumentation = await start({ serviceName: 'notifications-test', endpoint: null });
});
afterAll(() => instrumentation.shutdown());

/** A real-time provider that takes exactly 20 ms of a clock that only it moves; push answers at once. */
function bench(count: number) {
  let ms = Date.now();
  const clock = { nowMs: () => ms, monotonicMs: () => ms };
  const db = openDatabase(':memory:');
  const bus = createBus({ db, log: silentLog, random: seededRandom(1) });
  const users = createUsers(db);
  const follows = createFollows({ db, bus, users, clock });
  const person = (index: number) => ({ username: `u${index}`, name: `U ${index}`, university: 'x', skills: [] });
  users.addAll(Array.from({ length: count + 1 }, (_, index) => person(index + 1)));
  follows.addAll(Array.from({ length: count }, (_, index) => ({ followerId: index + 2, followeeId: 1, bell: true })));
  const mails: (readonly [number, number])[] = [];
  const senders: Senders = {
    inApp: async () => {
      ms += 20;
    },
    push: async () => {},
    email: async (userId, notices) => void mails.push([userId, notices.length]),
  };
  const notifications = createNotifications({
    db,
    users,
    follows,
    senders,
    hub: createHub(),
    clock,
    log: silentLog,
  });
  const publish = () => {
    const event = bus.publish('post.created', post, { source: 'posts', userId: 1 });
    ms = event.timestamp;
    return event;
  };
  return { notifications, publish, mails };
}

const post = { postId: 1, authorId: 1, content: 'x', hashtags: [], createdAt: 1 };

async function seconds(
  channel: string,
): Promise<{ readonly count: number; readonly sum: number; readonly fast: number }> {
  const { body } = await instrumentation.metricsPage();
  const read = (name: string): number =>
    Number(
      new RegExp(
        `^notification_delivery_duration_seconds_${name.replace('|', `\\{[^}]*`)}channel="${channel}"[^}]*\\} (\\S+)$`,
        'm',
      ).exec(body)?.[1] ?? 0,
    );
  return { count: read('count|'), sum: read('sum|'), fast: read('bucket|le="5",[^}]*') };
}

test('335 bells at 20 ms each: the last notice is visible after 6.7 s and 250 of them within 5 s', async () => {
  const { notifications, publish } = bench(335);
  const before = await seconds('in_app');
  const event = publish();
  expect(await notifications.take(event)).toBe(335);
  await notifications.deliver(event.id);
  const after = await seconds('in_app');
  expect(after.count - before.count).toBe(335);
  // 20 ms × (1 + 2 + … + 335) = 0.02 × 56 280
  expect(after.sum - before.sum).toBeCloseTo(1_125.6, 6);
  expect(after.fast - before.fast).toBe(250);
});

test('a notice is in the inbox only after it was delivered, and its text names who and what', async () => {
  const { notifications, publish } = bench(2);
  const event = publish();
  await notifications.take(event);
  expect((await notifications.inbox(2, 10)).items).toEqual([]);
  await notifications.deliver(event.id);
  const { items, unread } = await notifications.inbox(2, 10);
  expect(unread).toBe(1);
  expect(items).toMatchObject([{ text: 'U 1 posted', correlationId: event.metadata.correlationId, read: false }]);
  await notifications.markRead(2);
  expect((await notifications.inbox(2, 10)).unread).toBe(0);
});

test('a subscriber who is offline also gets push, counted on its own channel', async () => {
  const { notifications, publish } = bench(3);
  await notifications.subscribePush(3, 'web-push');
  const before = await seconds('push');
  const event = publish();
  await notifications.take(event);
  await notifications.deliver(event.id);
  await Promise.resolve();
  expect((await seconds('push')).count - before.count).toBe(1);
});

test('the digest is one mail to each person with unread notices, and holds each notice once', async () => {
  const { notifications, publish, mails } = bench(2);
  for (const event of [publish(), publish()]) {
    await notifications.take(event);
    await notifications.deliver(event.id);
  }
  await notifications.markRead(3);
  expect(await notifications.digest()).toBe(1);
  expect(mails).toEqual([[2, 2]]);
  expect(await notifications.digest()).toBe(0);
});

test('notices that were given up count as not seen within 60 s', async () => {
  const { notifications, publish } = bench(2);
  const before = await seconds('in_app');
  const event = publish();
  await notifications.take(event);
  await notifications.giveUp(event.id);
  const after = await seconds('in_app');
  expect(after.count - before.count).toBe(2);
  expect(after.sum - before.sum).toBeGreaterThan(120);
});
