/** Writes every cell as one OTLP ExportMetricsServiceRequest: cumulative since the start, with exemplars. */
import { isCountPerLoad } from '../kernel/metric-name.ts';
import type { CounterCell, Exemplar, Family, HistogramCell, Labels } from './cells.ts';
import { ProtobufWriter } from './protobuf.ts';

/** When the numbers began and when they were read, Unix ms; `resource` becomes the resource attributes. */
export interface MetricsFrame {
  readonly startMs: number;
  readonly nowMs: number;
  readonly resource: Readonly<Record<string, string | boolean>>;
}

const cumulative = 2;

/** Field numbers are those of opentelemetry/proto/metrics/v1/metrics.proto. The sums are read at the moment of the call. */
export function encodeMetrics(
  families: Iterable<Family>,
  frame: MetricsFrame,
): { readonly body: Uint8Array; readonly points: number } {
  const writer = new ProtobufWriter();
  let points = 0;
  writer.message(1, () => {
    writer.message(1, () => writeAttributes(writer, 1, frame.resource));
    writer.message(2, () => {
      writer.message(1, () => writer.text(1, 'seamwatch'));
      for (const family of families) {
        if (family.cells.size === 0) continue;
        writer.message(2, () => {
          points += writeFamily(writer, family, frame);
        });
      }
    });
  });
  return { body: writer.finish(), points };
}

/** The unit of a metric by its name, as UCUM writes it; empty when the name does not say. */
export function unitOf(family: Family): string {
  if (family.name.endsWith('_ms')) return 'ms';
  if (family.name.endsWith('.bytes')) return 'By';
  return family.kind === 'histogram' && !isCountPerLoad(family.name) ? 's' : '';
}

function writeFamily(writer: ProtobufWriter, family: Family, frame: MetricsFrame): number {
  writer.text(1, family.name);
  const unit = unitOf(family);
  if (unit !== '') writer.text(3, unit);
  switch (family.kind) {
    case 'histogram':
      writer.message(9, () => {
        for (const cell of family.cells.values()) writer.message(1, () => writeHistogram(writer, cell, frame));
        writer.varint(2, cumulative);
      });
      return family.cells.size;
    case 'counter':
      writer.message(7, () => {
        for (const cell of family.cells.values()) writer.message(1, () => writeCounter(writer, cell, frame));
        writer.varint(2, cumulative);
        writer.varint(3, 1);
      });
      return family.cells.size;
    case 'gauge': {
      const readings = [...family.cells.values()].flatMap((cell) => {
        const value = readGauge(cell.read);
        return value === null ? [] : [{ labels: cell.labels, value }];
      });
      writer.message(5, () => {
        for (const { labels, value } of readings) {
          writer.message(1, () => writeNumber(writer, labels, value, frame.nowMs));
        }
      });
      return readings.length;
    }
    default:
      return family satisfies never;
  }
}

/** Null when the app's reader throws or gives no number: no data is not a zero. */
export function readGauge(read: () => number): number | null {
  try {
    const value = read();
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}

function writeHistogram(writer: ProtobufWriter, cell: HistogramCell, frame: MetricsFrame): void {
  writeAttributes(writer, 9, cell.labels);
  writer.timeNanos(2, frame.startMs);
  writer.timeNanos(3, frame.nowMs);
  let total = 0;
  for (const count of cell.counts) total += count;
  writer.fixed64(4, total);
  writer.double(5, cell.sum);
  writer.packedFixed64(6, cell.counts, cell.counts.length);
  writer.packedDoubles(7, cell.bounds, cell.bounds.length);
  for (const exemplar of cell.exemplars) {
    if (exemplar !== undefined) writer.message(8, () => writeExemplar(writer, exemplar));
  }
}

function writeExemplar(writer: ProtobufWriter, exemplar: Exemplar): void {
  writer.timeNanos(2, exemplar.timeMs);
  writer.double(3, exemplar.value);
  writer.hex(4, exemplar.spanId);
  writer.hex(5, exemplar.traceId);
}

function writeCounter(writer: ProtobufWriter, cell: CounterCell, frame: MetricsFrame): void {
  writer.timeNanos(2, frame.startMs);
  writeNumber(writer, cell.labels, cell.value, frame.nowMs);
}

function writeNumber(writer: ProtobufWriter, labels: Labels, value: number, nowMs: number): void {
  writeAttributes(writer, 7, labels);
  writer.timeNanos(3, nowMs);
  writer.double(4, value);
}

function writeAttributes(
  writer: ProtobufWriter,
  field: number,
  attributes: Readonly<Record<string, string | boolean>>,
): void {
  for (const [key, value] of Object.entries(attributes)) {
    writer.message(field, () => {
      writer.text(1, key);
      writer.message(2, () => {
        if (typeof value === 'boolean') writer.varint(2, value ? 1 : 0);
        else writer.text(1, value);
      });
    });
  }
}
