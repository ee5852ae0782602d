/** Opens stored frames for reading: their rows, their spans' places, and short facts by trace. Keeps the last ones open. */
import type { Database } from 'better-sqlite3';
import { type AttributeCondition, mayHoldAttribute, spansWithAttribute } from './attribute-match.ts';
import { createByteCache } from './frame-cache.ts';
import { decompressFrame } from './frame-codec.ts';
import { type DecodedOrigin, type DecodedSpan, decodeOrigin, decodeSpan } from './span-decode.ts';
import { type FrameTrace, groupByTrace, isClosed, namesOf, type SpanNames, spansWithTraceId } from './span-facts.ts';
import { findSpans, type SpanRanges } from './span-ranges.ts';
import { type UnreadableFrame, UnreadableFrames } from './unreadable-frames.ts';

/** A frame's row. It answers for the ids [id, id + ids); times are Unix ms; `domains` is a JSON array. */
export interface FrameRow {
  readonly id: number;
  readonly ids: number;
  readonly minStartMs: number;
  readonly maxEndMs: number;
  readonly spans: number;
  readonly errors: number;
  readonly rawBytes: number;
  readonly domains: string;
}

/** A decompressed frame. */
export interface OpenFrame {
  readonly bytes: Buffer;
  readonly ranges: SpanRanges;
  /** The span at `index` of the ranges, whole. */
  readonly span: (index: number) => DecodedSpan;
  /** Indexes of the spans of a trace (32 lower-case hexadecimal digits). */
  readonly spansOf: (traceId: string) => readonly number[];
  /** What can be said of its traces without decoding whole spans; computed once. */
  readonly traces: () => ReadonlyMap<string, FrameTrace>;
  /** False when more of the trace must be in other frames. */
  readonly isClosed: (part: FrameTrace) => boolean;
  readonly names: (part: FrameTrace) => readonly SpanNames[];
  /** False when no span of the frame can have this text or attribute; fast. */
  readonly mayHold: (wanted: string | AttributeCondition) => boolean;
  /** Indexes of the spans that carry the attribute; computed once for one after the other. */
  readonly withAttribute: (condition: AttributeCondition) => ReadonlySet<number>;
}

/** A place in the walk from the newest frame to the oldest: by end, then id, both descending. */
export interface WalkPosition {
  readonly endMs: number;
  readonly id: number;
}

export interface FrameReader {
  /** The frames that answer for these ids, each once, oldest id first; ids that were dropped are left out. */
  readonly rowsOf: (ids: readonly number[]) => readonly FrameRow[];
  /** At most `limit` rows at `from` and after it in the walk. */
  readonly rowsFrom: (from: WalkPosition, limit: number) => readonly FrameRow[];
  /** Null when the stored bytes are not what was written; then it is among `unreadable`. */
  readonly open: (row: FrameRow) => OpenFrame | null;
  readonly unreadable: UnreadableFrames;
}

/** The domain of a span that names none, or null; for telemetry that is mapped by rules. */
export type DomainOf = (span: DecodedSpan) => string | null;

const columns = `id, id_count AS ids, min_start_ms AS minStartMs, max_end_ms AS maxEndMs, span_count AS spans,
  error_count AS errors, raw_bytes AS rawBytes, domains`;

/** `cacheBytes` bounds what is kept open, counted as twice the decompressed bytes. */
export function createFrameReader(db: Database, cacheBytes: number, domainOf: DomainOf | null): FrameReader {
  const rowSql = db.prepare<[number], FrameRow>(`SELECT ${columns} FROM frames WHERE id <= ? ORDER BY id DESC LIMIT 1`);
  const walkSql = db.prepare<[number, number, number], FrameRow>(
    `SELECT ${columns} FROM frames WHERE (max_end_ms, id) <= (?, ?) ORDER BY max_end_ms DESC, id DESC LIMIT ?`,
  );
  const bodySql = db.prepare<[number], { data: Buffer }>('SELECT data FROM frame_bodies WHERE frame = ?');
  const cache = createByteCache<OpenFrame>(cacheBytes, (frame) => frame.bytes.length * 2 + 1024);
  const rowsOf = (ids: readonly number[]): readonly FrameRow[] => {
    const rows = new Map<number, FrameRow>();
    for (const id of ids) {
      const row = rowSql.get(id);
      if (row !== undefined && id < row.id + row.ids) rows.set(row.id, row);
    }
    return [...rows.values()];
  };
  const unreadable = new UnreadableFrames();
  const open = (row: FrameRow): OpenFrame | null => {
    const key = `${row.id}/${row.ids}`;
    const make = (): OpenFrame => {
      const data = bodySql.get(row.id)?.data ?? Buffer.alloc(0);
      return openFrame(decompressFrame(data, row.rawBytes, row.id), domainOf);
    };
    return unreadable.guard(key, damagedFrame(row), () => cache.getOrMake(key, make));
  };
  return { rowsOf, rowsFrom: (from, limit) => walkSql.all(from.endMs, from.id, limit), open, unreadable };
}

function damagedFrame({ id, minStartMs, maxEndMs, spans }: FrameRow): UnreadableFrame {
  return { frame: id, fromMs: minStartMs, toMs: maxEndMs, spans };
}

function openFrame(bytes: Buffer, domainOf: DomainOf | null): OpenFrame {
  const ranges = findSpans(bytes);
  const origins: DecodedOrigin[] = [];
  const originOf = (index: number): DecodedOrigin => {
    const place = ranges.origin[index] ?? 0;
    origins[place] ??= decodeOrigin(bytes, ranges.origins[place] ?? noOrigin);
    return origins[place];
  };
  const span = (index: number): DecodedSpan => {
    const decoded = decodeSpan(bytes, ranges, index, originOf(index));
    if (decoded.domain !== null || domainOf === null) return decoded;
    return { ...decoded, domain: domainOf(decoded) };
  };
  const nameOf = (index: number): SpanNames => {
    const own = namesOf(bytes, ranges, index);
    return own.domain === null
      ? { ...own, domain: domainOf === null ? originOf(index).domain : span(index).domain }
      : own;
  };
  const entriesOf = (place: number) => decodeOrigin(bytes, ranges.origins[place] ?? noOrigin).entries;
  let carriers: { readonly condition: AttributeCondition; readonly spans: ReadonlySet<number> } | undefined;
  let traces: ReadonlyMap<string, FrameTrace> | undefined;
  return {
    bytes,
    ranges,
    span,
    spansOf: (traceId) =>
      traces === undefined
        ? spansWithTraceId(bytes, ranges, Buffer.from(traceId, 'hex'))
        : (traces.get(traceId)?.spans ?? []),
    traces: () => {
      traces ??= groupByTrace(bytes, ranges);
      return traces;
    },
    isClosed: (part) => isClosed(bytes, ranges, part.spans),
    names: (part) => part.spans.map(nameOf),
    mayHold: (wanted) => (typeof wanted === 'string' ? bytes.includes(wanted) : mayHoldAttribute(bytes, wanted)),
    withAttribute: (condition) => {
      if (carriers?.condition !== condition) {
        carriers = { condition, spans: spansWithAttribute(bytes, ranges, condition, entriesOf) };
      }
      return carriers.spans;
    },
  };
}

const noOrigin = { resource: { from: 0, to: 0 }, scope: { from: 0, to: 0 } };
