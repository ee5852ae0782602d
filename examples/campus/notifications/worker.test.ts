/** One worker, strictly one after the other, in the correlation of the cause. */
import { correlation, type Instrumentation, runWithCorrelation, start } from 'seamwatch/instrument';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCampus } from '../campus-for-tests.ts';
import { silentLog } from '../platform/index.ts';
import { createDeliveryWorker } from './worker.ts';

const signal = AbortSignal.abort();

let instrumentation: Instrumentation;
beforeAll(async () => {
  instrumentation = await start({ serviceName: 'worker-test', endpoint: null });
});
afterAll(() => instrumentation.shutdown());

test('a second event waits until the first is delivered', async () => {
  const order: string[] = [];
  const deliver = async (eventId: string): Promise<void> => {
    order.push(`${eventId} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${eventId} ends`);
  };
  const worker = createDeliveryWorker({ deliver, giveUp: async () => {} }, silentLog, signal);
  worker.add('a');
  worker.add('b');
  expect(worker.backlog()).toBe(2);
  await worker.idle();
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(worker.backlog()).toBe(0);
});

test('each delivery runs in the correlation in which it was added, not in that of the one before', async () => {
  const seen: (string | undefined)[] = [];
  const deliver = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(correlation()?.correlationId);
  };
  const worker = createDeliveryWorker({ deliver, giveUp: async () => {} }, silentLog, signal);
  runWithCorrelation('first', () => worker.add('a'));
  runWithCorrelation('second', () => worker.add('b'));
  await worker.idle();
  expect(seen).toEqual(['first', 'second']);
});

test('a delivery that fails is tried five times, then its notices count as never seen, and the next event goes on', async () => {
  const tried: string[] = [];
  const givenUp: string[] = [];
  const deliver = async (eventId: string): Promise<void> => {
    tried.push(eventId);
    if (eventId === 'bad') throw new Error('provider is away');
  };
  const giveUp = async (eventId: string): Promise<void> => void givenUp.push(eventId);
  const worker = createDeliveryWorker({ deliver, giveUp }, silentLog, signal);
  worker.add('bad');
  worker.add('good');
  await worker.idle();
  expect(tried).toEqual(['bad', 'bad', 'bad', 'bad', 'bad', 'good']);
  expect(givenUp).toEqual(['bad']);
});

test('the same event delivered twice by the bus makes one notice', async () => {
  const campus = await startTestCampus();
  const post = await campus.domains.posts.create(5, 'Hello');
  await campus.domains.posts.comment(6, post.id, 'Hi');
  await campus.bus.idle();
  await campus.delivery.idle();
  const before = await campus.domains.notifications.inbox(5, 50);
  const event = campus.bus.publish('reaction.added', reaction(post.id), { source: 'posts', userId: 7 });
  campus.bus.redeliver(event);
  await campus.bus.idle();
  await campus.delivery.idle();
  const after = await campus.domains.notifications.inbox(5, 50);
  expect(after.unread - before.unread).toBe(1);
  await campus.close();
});

function reaction(postId: number): object {
  return { postId, postAuthorId: 5, reactorId: 7, likes: 1, comments: 1, postCreatedAt: 1 };
}
