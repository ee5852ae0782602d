/** Log lines of an app on their way to the collector. */
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Instrumentation,
  instrumentDomain,
  logFields,
  logStream,
  metric,
  runWithCorrelation,
  start,
} from './index.ts';
import { createLogQueue, logQueue } from './log-queue.ts';
import { openReceiver, type Receiver } from './testing/receiver.ts';

let receiver: Receiver;
let library: Instrumentation;

beforeEach(async () => {
  logQueue.clear();
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint, token: 'secret' });
});

afterEach(async () => {
  await library.shutdown();
  await receiver.close();
});

const stream = logStream();
const log = pino({ level: 'debug', base: null, mixin: () => ({ ...logFields() }) }, stream);

test('a line of a wrapped domain carries trace, span, correlation and domain, and keeps its fields', async () => {
  const chat = instrumentDomain('chat', {
    send: async () => log.warn({ queued: 3, ratio: 0.5, to: [1, 2], isLate: true }, 'late'),
  });
  await runWithCorrelation('req-1', () => chat.send());
  await library.flush();
  const span = receiver.spans.find((one) => one.name === 'chat.send');
  expect(receiver.logs).toMatchObject([
    {
      severity: 13,
      severityText: 'WARN',
      body: 'late',
      attributes: {
        ...{ 'seam.correlation_id': 'req-1', 'seam.domain': 'chat', queued: 3, ratio: 0.5, to: '[1,2]', isLate: true },
      },
      traceId: span?.traceId,
      spanId: span?.spanId,
      resource: { 'service.name': 'shop' },
    },
  ]);
  expect(Object.keys(receiver.logs[0]?.attributes ?? {})).toHaveLength(6);
  expect(receiver.authorizations.at(-1)).toBe('Bearer secret');
});

test('an error is sent as an exception, other loggers and plain text are understood', async () => {
  log.error({ err: new RangeError('too far') }, 'failed');
  stream.write('{"level":"info","message":"from winston","timestamp":"2026-03-02T10:00:00.250Z","n":-1}\n');
  stream.write('just text\n');
  stream.write('{"broken\n');
  await library.flush();
  const [failed, winston, text, broken] = receiver.logs;
  expect(failed?.attributes).toMatchObject({ 'exception.type': 'RangeError', 'exception.message': 'too far' });
  expect(failed?.attributes['exception.stacktrace']).toContain('logs.test.ts');
  expect(winston).toMatchObject({ severity: 9, body: 'from winston', attributes: { n: -1 } });
  expect(winston?.timeNanos).toBe(Date.UTC(2026, 2, 2, 10, 0, 0, 250) * 1e6);
  expect(text).toMatchObject({ severity: 0, body: 'just text', traceId: '' });
  expect(broken?.body).toBe('{"broken');
});

test('a batch that the collector could not take is sent again with the same bytes', async () => {
  receiver.status = 503;
  log.info('kept');
  await library.flush();
  receiver.status = 200;
  log.info('after it');
  await library.flush();
  expect(receiver.logs.map((one) => one.body)).toEqual(['kept', 'after it']);
  expect(receiver.logBodies[1]?.equals(receiver.logBodies[0] ?? Buffer.alloc(0))).toBe(true);
  expect(library.dropped().logs).toBe(0);
});

test('a batch that the collector refuses for good is counted as lost', async () => {
  receiver.status = 400;
  log.info('refused');
  await library.flush();
  receiver.status = 200;
  await library.flush();
  expect(receiver.logs).toEqual([]);
  expect(library.dropped().logs).toBe(1);
  const { body } = await library.metricsPage();
  expect(body).toContain(`${metric.exportDropped.replaceAll('.', '_')}_total{signal="logs",reason="400"} 1`);
});

test('lines from before the start are sent, many of them in several requests', async () => {
  await library.shutdown();
  for (let number = 0; number < 1_200; number += 1) log.info(String(number));
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
  await library.flush();
  expect(receiver.logs.map((one) => Number(one.body))).toEqual(Array.from({ length: 1_200 }, (_, at) => at));
  expect(receiver.logBodies).toHaveLength(3);
});

test('without an endpoint nothing is kept', async () => {
  await library.shutdown();
  library = await start({ serviceName: 'shop', endpoint: null });
  log.info('nowhere');
  await library.flush();
  expect(logQueue.take(1)).toEqual([]);
  expect(library.dropped().logs).toBe(0);
});

test('the queue gives up the newest lines when it is full, by number or by length', () => {
  const queue = createLogQueue();
  for (let number = 0; number < 5_000; number += 1) queue.add(String(number));
  expect(queue.takeDropped()).toBe(904);
  expect(queue.takeDropped()).toBe(0);
  expect(queue.take(2)).toEqual(['0', '1']);
  const long = createLogQueue();
  for (let number = 0; number < 5; number += 1) long.add('x'.repeat(1_000_000));
  expect(long.takeDropped()).toBe(1);
  expect(long.take(9)).toHaveLength(4);
});
