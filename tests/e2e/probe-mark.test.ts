/** A probe's request through the real monolith into the real collector: its trace is found, nothing is counted as a user's. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Collector, openCollector } from '../../collector/index.ts';
import { startTestCampus } from '../../examples/campus/campus-for-tests.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { header, label, metric, probeTraceState } from '../../src/kernel/conventions.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { temporaryFolder } from './running.ts';

const folder = temporaryFolder();
const correlationId = 'probe-chat-message-0001';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const marked = {
  [header.traceparent]: `00-${traceId}-b7ad6b7169203331-01`,
  [header.tracestate]: probeTraceState,
  [header.correlationId]: correlationId,
};
let collector: Collector;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const file = join(folder.path, 'seamwatch.db');
  collector = await openCollector({ file, clock: systemClock, log: silentLog, mapping: [], migrations: [] });
  const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await collector.close();
    folder.remove();
  });
  const campus = await startTestCampus({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const chat = '/api/chat/conversations';
  const opened = await campus.call('POST', chat, { userId: 2, body: { participantIds: [3] }, headers: marked });
  await campus.call('POST', `${chat}/${opened.body.id}/send`, {
    userId: 2,
    body: { content: 'ping' },
    headers: marked,
  });
  await campus.call('POST', '/api/posts', { userId: 2, body: { content: 'probed' }, headers: marked });
  await campus.call('GET', '/api/feed', { userId: 4 });
  await campus.bus.idle();
  await campus.delivery.idle();
  await campus.close();
});
afterAll(async () => {
  for (const close of closing) await close();
});

it('is one trace from the requests over the bus to the delivery, found by its correlation ID', () => {
  const traces = collector.reader.tracesByCorrelation(correlationId);
  expect(traces.map((trace) => trace.traceId)).toEqual([traceId]);
  expect(traces[0]?.spans.map((span) => span.name)).toEqual(
    expect.arrayContaining([
      'POST /api/chat/conversations/:id/send',
      'chat.send',
      'publish message.sent',
      'consume message.sent',
      'notifications.deliver',
      'POST /api/posts',
      'consume post.created',
      'feed.fanOut',
      'search.index',
    ]),
  );
});

it("leaves to the series only its own entries and the one user's request", () => {
  const { reader } = collector;
  const seen = reader.series().filter(({ signal }) => signal === metric.requestDuration);
  const entries = (value: string, source: string) =>
    seen
      .filter((series) => series.labels[label.entry] === value && series.source === source)
      .map(({ labels }) => labels[label.operation])
      .toSorted();
  expect(entries('probe', 'metrics')).toEqual([
    'POST /api/chat/conversations',
    'POST /api/chat/conversations/:id/send',
    'POST /api/posts',
  ]);
  expect(entries('true', 'metrics')).toEqual(['GET /api/feed']);
  expect(entries('true', 'spans')).toEqual(['GET /api/feed']);
  const domains = new Set(
    seen.flatMap(({ labels }) => (labels[label.entry] === 'false' ? [labels[label.operation]] : [])),
  );
  expect(
    [...domains].filter((operation) => /^(?:send|open|create|fanOut|take|deliver|ingest)$/.test(operation ?? '')),
  ).toEqual([]);
  const signals = reader.series().map(({ signal }) => signal);
  for (const absent of [metric.messageDelivery, metric.notificationDelivery, metric.eventPublished, metric.eventLag]) {
    expect(signals).not.toContain(absent);
  }
});
