/** What a search needs to know of the traces of one frame, read without decoding whole spans. */
import { attribute } from '../../src/kernel/conventions.ts';
import { textOf } from './span-attributes.ts';
import type { SpanRanges } from './span-ranges.ts';
import { ProtoReader } from './span-wire.ts';

/** The part of a trace that is in one frame. Times are Unix ms with a fraction. */
export interface FrameTrace {
  readonly traceId: string;
  /** Indexes into the frame's ranges. */
  readonly spans: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly error: boolean;
  /** False when a span's parent is not here, so that more of the trace must be elsewhere. */
  readonly isClosed: boolean;
  /** Distinct pairs among its spans. */
  readonly names: readonly { readonly domain: string | null; readonly operation: string | null }[];
}

interface Fact {
  readonly index: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  startMs: number;
  endMs: number;
  error: boolean;
  domain: string | null;
  operation: string | null;
}

const domainKey = Buffer.from(attribute.domain);
const operationKey = Buffer.from(attribute.operation);

/** `domainOf` is asked for spans that name no domain themselves. @throws OTLP_MALFORMED */
export function groupByTrace(
  bytes: Buffer,
  ranges: SpanRanges,
  domainOf: (index: number) => string | null,
): ReadonlyMap<string, FrameTrace> {
  const groups = new Map<string, Fact[]>();
  const reader = new ProtoReader(bytes, 0, 0);
  for (let index = 0; index < ranges.count; index += 1) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    const fact = readFact(reader, index);
    fact.domain ??= domainOf(index);
    const group = groups.get(fact.traceId);
    if (group === undefined) groups.set(fact.traceId, [fact]);
    else group.push(fact);
  }
  return new Map([...groups].map(([traceId, facts]) => [traceId, summarizeFacts(traceId, facts)]));
}

/** Indexes of the spans of `traceId` (16 bytes). @throws OTLP_MALFORMED */
export function spansWithTraceId(bytes: Buffer, ranges: SpanRanges, traceId: Buffer): number[] {
  const found: number[] = [];
  const reader = new ProtoReader(bytes, 0, 0);
  for (let index = 0; index < ranges.count; index += 1) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    while (reader.next()) {
      if (reader.field !== 1) continue;
      if (bytes.compare(traceId, 0, 16, reader.from, reader.to) === 0) found.push(index);
      break;
    }
  }
  return found;
}

function readFact(reader: ProtoReader, index: number): Fact {
  const fact: Fact = {
    index,
    traceId: '',
    spanId: '',
    parentSpanId: '',
    startMs: 0,
    endMs: 0,
    error: false,
    domain: null,
    operation: null,
  };
  while (reader.next()) readFactField(reader, fact);
  return fact;
}

function readFactField(reader: ProtoReader, fact: Fact): void {
  if (reader.field === 1) fact.traceId = reader.hex();
  else if (reader.field === 2) fact.spanId = reader.hex();
  else if (reader.field === 4) fact.parentSpanId = reader.hex();
  else if (reader.field === 7) fact.startMs = reader.timeMs();
  else if (reader.field === 8) fact.endMs = reader.timeMs();
  else if (reader.field === 15) fact.error = isError(reader.message());
  else if (reader.field === 9) {
    fact.domain = textOf(reader.message(), domainKey) ?? fact.domain;
    fact.operation = textOf(reader.message(), operationKey) ?? fact.operation;
  }
}

function isError(status: ProtoReader): boolean {
  let code = 0;
  while (status.next()) if (status.field === 3) code = status.uint32();
  return code === 2;
}

function summarizeFacts(traceId: string, facts: readonly Fact[]): FrameTrace {
  const ids = new Set(facts.map((fact) => fact.spanId));
  const names = new Map(
    facts.map(({ domain, operation }) => [JSON.stringify([domain, operation]), { domain, operation }]),
  );
  return {
    traceId,
    spans: facts.map((fact) => fact.index),
    startMs: facts.reduce((least, fact) => Math.min(least, fact.startMs), Number.POSITIVE_INFINITY),
    endMs: facts.reduce((most, fact) => Math.max(most, fact.endMs, fact.startMs), 0),
    error: facts.some((fact) => fact.error),
    isClosed: facts.every((fact) => /^0*$/.test(fact.parentSpanId) || ids.has(fact.parentSpanId)),
    names: [...names.values()],
  };
}
