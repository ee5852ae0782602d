/** What real clients send in tests, where they send it, and how it must be found again. */
import { expect } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import type { GrpcIntakeOptions } from './grpc/index.ts';
import { startTestGrpc, type TestGrpc } from './grpc/test-client.ts';
import { eventsIn, slicesOf } from './test-collector.ts';

/** The three protocols of OTLP, named as in OTEL_EXPORTER_OTLP_PROTOCOL. */
export const protocols = ['grpc', 'http/protobuf', 'http/json'] as const;
export type Protocol = (typeof protocols)[number];

/** A collector behind HTTP and gRPC, on the machine's clock because clients have no other. */
export function startForClients(options: Partial<GrpcIntakeOptions> = {}): Promise<TestGrpc> {
  return startTestGrpc({ clock: systemClock, ...options });
}

/** The base URL for a protocol. */
export function endpointOf(running: TestGrpc, protocol: Protocol): string {
  return protocol === 'grpc' ? `http://${running.address}` : running.url;
}

/** Attributes of each span that clients send, of every type that all clients have. */
export const sentAttributes = {
  'seam.domain': 'chat',
  'seam.operation': 'send',
  answer: 42,
  ratio: 0.25,
  cold: true,
  words: ['one', 'two'],
  numbers: [1, 2, 3],
} as const;

/** Seconds recorded by the histogram `message.delivery.duration`, with the bounds 0.1, 1 and 5. */
export const sentSeconds = [0.05, 0.5, 60] as const;

/** An entry `POST /send` and `spans` - 1 spans of domain chat; 5 events published; the histogram; two log records. */
export function expectStored(
  running: TestGrpc,
  sent: { readonly traceId: string; readonly name: string; readonly spans: number },
): void {
  const { collector } = running;
  const { reader } = collector;
  expect(reader.storage().spans).toBe(sent.spans);
  const trace = reader.trace(sent.traceId) ?? expect.fail('the trace is stored');
  expect(trace).toMatchObject({ rootName: 'POST /send', domains: ['chat'], error: false });
  const root = trace.spans.find((span) => span.parentSpanId === null) ?? expect.fail('the trace has a root');
  expect(root.attributes).toMatchObject(sentAttributes);
  const requests = (entry: string) => slicesOf(collector, 'domain.request.duration', { domain: 'chat', entry });
  expect([eventsIn(requests('true')), eventsIn(requests('false'))]).toEqual([1, sent.spans - 1]);
  const published = slicesOf(collector, 'event.published', { domain: 'chat' });
  expect(published.reduce((total, slice) => total + slice.sum, 0)).toBe(5);
  const delivered = slicesOf(collector, 'message.delivery.duration', { domain: 'chat' });
  expect(eventsIn(delivered)).toBe(sentSeconds.length);
  expect(delivered.reduce((total, slice) => total + slice.sum, 0)).toBeCloseTo(60.55, 9);
  expectLogs(running, sent.name);
  expect(collector.stats().rejected).toEqual({});
}

function expectLogs(running: TestGrpc, name: string): void {
  const { logs } = running.collector.reader.searchLogs({ limit: 10 });
  const found = logs.map(({ body, severity, serviceName, domain }) => ({ body, severity, serviceName, domain }));
  const record = { body: `hello from ${name}`, serviceName: name, domain: 'chat' };
  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([
      { ...record, severity: 'error' },
      { ...record, severity: 'info' },
    ]),
  );
}
