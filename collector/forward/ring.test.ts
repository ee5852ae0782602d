/** Installations that send on to each other: a body ends where it began, by the mark it carries and not by being recognised. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { createGrpcIntake, type GrpcIntake } from '../intake/grpc/index.ts';
import { call, connect } from '../intake/grpc/test-client.ts';
import { sampleTraces } from '../intake/otlp-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from '../intake/test-collector.ts';
import { createForwarder, type Forwarder, loopIn, parseForward, readVia } from './index.ts';

interface Installation {
  readonly id: string;
  readonly running: TestCollector;
  readonly forwarder: () => Forwarder;
  readonly sendTo: (url: string) => void;
}

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function install(id: string): Promise<Installation> {
  const running = await startTestCollector({ forward: { targets: ['next'], maxBytes: 1e9, instanceId: id } });
  open.push({ close: running.remove });
  let forwarder: Forwarder | null = null;
  return {
    ...{ id, running },
    forwarder: () => forwarder as Forwarder,
    sendTo: (url) => {
      forwarder = createForwarder({
        targets: parseForward([{ id: 'next', kind: 'otlp', url }], 'forward'),
        ...{ collector: running.collector, file: running.file, instanceId: id, version: '1.0.0' },
        ...{ clock: running.clock, random: () => 0, log: silentLog, fetch },
      });
      open.push(forwarder);
    },
  };
}

const body = (trace: string): Buffer =>
  sampleTraces({ 'service.name': 'shop' }, [
    { traceId: trace.padStart(32, '0'), spanId: trace.padStart(16, '0'), startMs: testStartMs - 100, durationMs: 5 },
  ]);
const lane = ({ forwarder }: Installation) =>
  forwarder()
    .status()[0]
    ?.lanes.find((one) => one.lane === 'traces');

/** Every installation sends what it has until nothing waits anywhere; a ring that did not end would not come back from here. */
async function settle(installations: readonly Installation[]): Promise<number> {
  for (let round = 1; round <= 20; round += 1) {
    for (const one of installations) await one.forwarder().run();
    if (installations.every((one) => lane(one)?.waiting === 0)) return round;
  }
  return Number.POSITIVE_INFINITY;
}

test('two that send on to each other have each body once; the one it began with refuses it, names both and counts it', async () => {
  const [first, second] = [await install('one'), await install('two')];
  first.sendTo(second.running.url);
  second.sendTo(first.running.url);
  await first.running.post('/v1/traces', body('a1'));
  expect(await settle([first, second])).toBeLessThan(4);
  expect(first.running.collector.stats()).toMatchObject({
    bodies: 1,
    repeatedBodies: 0,
    rejected: { forward_loop: 1 },
  });
  expect(second.running.collector.stats()).toMatchObject({ bodies: 1, repeatedBodies: 0, rejected: {} });
  expect(lane(first)).toMatchObject({ counts: [{ outcome: 'sent', bodies: 1 }], problem: null });
  expect(lane(second)).toMatchObject({ counts: [{ outcome: 'http_400', bodies: 1 }] });
  expect(lane(second)?.problem).toContain('this installation (one) has sent the body on, and it comes back from two');
});

test('a ring of three ends at the first, also over a restart with bodies in the queue', async () => {
  const ring = [await install('one'), await install('two'), await install('three')];
  for (const [index, one] of ring.entries()) one.sendTo(ring[(index + 1) % 3]?.running.url ?? '');
  const [first, second, third] = ring;
  await second?.running.post('/v1/traces', body('b2'));
  expect(await settle(ring)).toBeLessThan(5);
  expect(ring.map(({ running }) => running.collector.reader.storage().spans)).toEqual([1, 1, 1]);
  expect(second?.running.collector.stats().rejected).toEqual({ forward_loop: 1 });
  expect(first?.running.collector.stats().rejected).toEqual({});
  expect(lane(first as Installation)?.problem).toContain(
    'this installation (two) has sent the body on, and it comes back from one',
  );
  expect(third?.running.collector.stats().repeatedBodies).toBe(0);
});

test('the mark goes on with what each one adds to it', async () => {
  const seen: IncomingMessage['headers'][] = [];
  const server: Server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  const one = await install('one');
  one.sendTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await one.running.post('/v1/traces', body('c3'), { 'x-seamwatch-via': 'far, not an id!,near' });
  await one.forwarder().run();
  server.closeAllConnections();
  expect(seen.map((headers) => headers['x-seamwatch-via'])).toEqual(['far, near, one']);
});

test('eight installations in a row are passed, a ninth is taken for a ring', async () => {
  const one = await install('one');
  const hops = (count: number) => Array.from({ length: count }, (_, index) => `hop-${index + 1}`).join();
  const post = (trace: string, count: number) =>
    one.running.post('/v1/traces', body(trace), { 'x-seamwatch-via': hops(count) });
  expect((await post('d1', 8)).status).toBe(200);
  const refused = await post('d2', 9);
  expect([refused.status, refused.headers['retry-after']]).toEqual([400, undefined]);
  expect(refused.body.toString('latin1')).toContain('the last of them hop-9, and more than 8 in a row are a ring');
  expect(loopIn(readVia(hops(500)), null)).toContain('the body has passed 9 installations');
});

test('the gRPC door refuses by the same mark, as an error that no exporter repeats', async () => {
  const one = await install('one');
  const { receive, countRefused, hold, limits } = one.running.collector;
  const grpc: GrpcIntake = createGrpcIntake({
    ...{ receive, countRefused, hold, limits, clock: one.running.clock, log: silentLog },
    authorize: () => ({ mayBackfill: false }),
  });
  open.push(grpc);
  const client = connect(`127.0.0.1:${await grpc.listen('127.0.0.1', 0)}`);
  const service = 'opentelemetry.proto.collector.trace.v1.TraceService';
  const passed = await call(client, service, body('e1'), { 'x-seamwatch-via': 'two' });
  const refused = await call(client, service, body('e2'), { 'x-seamwatch-via': 'one, two' });
  client.close();
  expect([passed.code, refused.code]).toEqual(['OK', 'INVALID_ARGUMENT']);
  expect(refused.details).toContain('this installation (one) has sent the body on, and it comes back from two');
  expect(one.running.collector.stats()).toMatchObject({ bodies: 1, rejected: { forward_loop: 1 } });
});
