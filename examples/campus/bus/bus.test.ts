/** At-least-once, retries, dead letters. */
import { start } from 'seamwatch/instrument';
import { expect, test } from 'vitest';
import { openDatabase, seededRandom, silentLog } from '../platform/index.ts';
import { createBus } from './bus.ts';

function testBus(baseMs = 0) {
  return createBus({ db: openDatabase(':memory:'), log: silentLog, random: seededRandom(1), baseMs });
}

const said = { source: 'posts', userId: 3 };

test('every consumer of a type gets the event, and consumers of everything get it too', async () => {
  const bus = testBus();
  const got: string[] = [];
  bus.subscribe(['post.created'], 'feed', (event) => void got.push(`feed ${event.type}`));
  bus.subscribe(['post.deleted'], 'search', (event) => void got.push(`search ${event.type}`));
  bus.subscribe(null, 'analytics', (event) => void got.push(`analytics ${event.type}`));
  bus.publish('post.created', { postId: 1 }, said);
  await bus.idle();
  expect(got).toEqual(['feed post.created', 'analytics post.created']);
});

test('the producer has its answer before a consumer starts', async () => {
  const bus = testBus();
  const order: string[] = [];
  bus.subscribe(null, 'feed', () => void order.push('consumed'));
  bus.publish('post.created', {}, said);
  order.push('published');
  await bus.idle();
  expect(order).toEqual(['published', 'consumed']);
});

test('a consumer that fails twice gets the event a third time, and nothing is a dead letter', async () => {
  const bus = testBus();
  let calls = 0;
  bus.subscribe(['post.created'], 'feed', () => {
    calls += 1;
    if (calls < 3) throw new Error('busy');
  });
  bus.publish('post.created', {}, said);
  await bus.idle();
  expect(calls).toBe(3);
  expect(bus.deadLetters()).toEqual([]);
});

test('the fifth failure makes a dead letter that keeps the event and is counted, and other consumers are not held up', async () => {
  const instrumentation = await start({ serviceName: 'bus-test', endpoint: null });
  const bus = testBus();
  let failed = 0;
  let taken = 0;
  bus.subscribe(['post.created'], 'search', async () => {
    failed += 1;
    throw new Error('index is away');
  });
  bus.subscribe(['post.created'], 'feed', () => {
    taken += 1;
  });
  const event = bus.publish('post.created', { postId: 9 }, said);
  await bus.idle();
  expect([failed, taken]).toEqual([5, 1]);
  expect(bus.deadLetters()).toEqual([{ event, consumer: 'search', attempts: 5, error: 'index is away' }]);
  const { body } = await instrumentation.metricsPage();
  await instrumentation.shutdown();
  expect(body).toMatch(/^event_dead_letter_total\{domain="search",type="post\.created"\} 1$/m);
});

test('closing gives a failing event its one try and does not wait for the others', async () => {
  const bus = testBus(60_000);
  let calls = 0;
  bus.subscribe(null, 'feed', () => {
    calls += 1;
    throw new Error('no');
  });
  bus.publish('post.created', {}, said);
  await bus.close();
  expect(calls).toBe(1);
  expect(bus.deadLetters()).toHaveLength(1);
});

test('a caused event names its cause', () => {
  const bus = testBus();
  const cause = bus.publish('post.created', {}, said);
  const effect = bus.publish('mention.created', {}, { ...said, causedBy: cause });
  expect(effect.metadata.causationId).toBe(cause.id);
});
