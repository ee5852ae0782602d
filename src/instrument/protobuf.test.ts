/** Our writer beside OpenTelemetry's own serializer: the same numbers read back from both. */
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { observe, Registry } from './cells.ts';
import { encodeMetrics } from './metrics-encoding.ts';
import { ProtobufWriter } from './protobuf.ts';
import { doublesOf, fixed64sOf, type Message, messagesOf, readMessage } from './testing/protobuf-reader.ts';

const startMs = 1_763_600_000_123;
const nowMs = 1_763_600_010_456;

function histogramPoint(body: Uint8Array): Message {
  const down = (message: Message | undefined, field: number) => messagesOf(message ?? new Map(), field)[0];
  const metricMessage = down(down(down(readMessage(body), 1), 2), 2);
  return down(down(metricMessage, 9), 1) ?? new Map();
}

it('writes the same histogram as the OpenTelemetry serializer', () => {
  const registry = new Registry([0.1, 1]);
  const cell = registry.histogram('domain.request.duration', { outcome: 'ok' });
  for (const seconds of [0.1, 0.2, 0.3, 7]) observe(cell, seconds);
  const ours = histogramPoint(encodeMetrics(registry.families.values(), { startMs, nowMs, resource: {} }).body);
  const theirs = histogramPoint(
    ProtobufMetricsSerializer.serializeRequest({
      resource: resourceFromAttributes({}),
      scopeMetrics: [
        {
          scope: { name: 'seamwatch' },
          metrics: [
            {
              descriptor: { name: 'domain.request.duration', description: '', unit: 's', valueType: 1 },
              aggregationTemporality: AggregationTemporality.CUMULATIVE,
              dataPointType: DataPointType.HISTOGRAM,
              dataPoints: [
                {
                  startTime: [1_763_600_000, 123_000_000],
                  endTime: [1_763_600_010, 456_000_000],
                  attributes: { outcome: 'ok' },
                  value: { buckets: { boundaries: [0.1, 1], counts: [1, 2, 1] }, sum: 7.6, count: 4 },
                },
              ],
            },
          ],
        },
      ],
    }) ?? new Uint8Array(),
  );
  for (const field of [2, 3, 4, 6])
    expect(fixed64sOf(ours, field), `field ${field}`).toEqual(fixed64sOf(theirs, field));
  expect(fixed64sOf(ours, 6)).toEqual([1, 2, 1]);
  expect(doublesOf(ours, 7)).toEqual(doublesOf(theirs, 7));
  expect(doublesOf(ours, 5)[0]).toBeCloseTo(7.6);
  expect(messagesOf(ours, 9)).toEqual(messagesOf(theirs, 9));
});

it.each([0, 127, 128, 16_383, 16_384, 2_000_000])('frames a nested message of %d bytes', (length) => {
  const writer = new ProtobufWriter();
  writer.message(3, () => {
    if (length > 0) writer.text(1, 'x'.repeat(length));
  });
  writer.varint(4, 2 ** 40);
  const read = readMessage(writer.finish());
  expect(read.get(4)).toEqual([2 ** 40]);
  const [nested] = messagesOf(read, 3);
  expect(nested?.get(1)?.map((value) => (Buffer.isBuffer(value) ? value.length : value))).toEqual(
    length > 0 ? [length] : undefined,
  );
});
