/** Chooses the traces of an ageing frame that outlive it (errors, the slowest of their operation, exemplars) and copies their spans. */
import type { FrameTrace } from './span-facts.ts';
import { namesOf } from './span-facts.ts';
import type { ByteRange, SpanRanges } from './span-ranges.ts';
import { ProtoReader } from './span-wire.ts';

/** A frame that was opened to be looked at. */
export interface AgeingFrame {
  readonly bytes: Buffer;
  readonly ranges: SpanRanges;
  readonly traces: ReadonlyMap<string, FrameTrace>;
}

/** The share of an operation's requests that counts as its slowest, and how fast its bound follows: worked out on the way, in log steps. */
const slowShare = 0.01;
const boundStep = 0.1;
/** Where all requests take the same time none is slow: it must exceed the bound by this factor. */
const slowMargin = 1.2;
/** Until so many requests of an operation were seen, none of them is called slow. */
const leastSeen = 100;
const mostOperations = 5_000;
/** Parts of a kept trace that are in later frames are recognised among this many. */
const mostWanted = 20_000;

interface SlowBound {
  seen: number;
  ms: number;
}

/** Owned by one ageing; frames are looked at in the order of their age. */
export class TraceKeeper {
  readonly #bounds = new Map<string, SlowBound>();
  readonly #wanted = new Set<string>();

  /** Remembers which of its traces are kept; a frame is looked at once, before {@link choose} and together with its neighbours. */
  look(frame: AgeingFrame, isExemplar: (traceId: string) => boolean): void {
    for (const trace of frame.traces.values()) {
      if (trace.error || this.#isSlow(frame, trace) || isExemplar(trace.traceId)) this.#want(trace.traceId);
    }
  }

  /** The traces of this frame that are kept. */
  choose(frame: AgeingFrame): FrameTrace[] {
    return [...frame.traces.values()].filter((trace) => this.#wanted.has(trace.traceId));
  }

  #want(traceId: string): void {
    this.#wanted.delete(traceId);
    this.#wanted.add(traceId);
    if (this.#wanted.size <= mostWanted) return;
    for (const oldest of this.#wanted) {
      this.#wanted.delete(oldest);
      return;
    }
  }

  /** By its root span, against the bound that one in a hundred of its operation exceeds. */
  #isSlow({ bytes, ranges }: AgeingFrame, trace: FrameTrace): boolean {
    const root = rootOf(bytes, ranges, trace.spans);
    if (root === null) return false;
    const durationMs = trace.endMs - trace.startMs;
    const bound = this.#boundOf(root.key, durationMs);
    const isAbove = durationMs > bound.ms;
    const isSlow = durationMs > bound.ms * slowMargin;
    bound.seen += 1;
    bound.ms *= Math.exp(isAbove ? boundStep * (1 - slowShare) : -boundStep * slowShare);
    return isSlow && bound.seen > leastSeen;
  }

  #boundOf(key: string, durationMs: number): SlowBound {
    let bound = this.#bounds.get(key);
    if (bound === undefined) {
      if (this.#bounds.size >= mostOperations) this.#bounds.clear();
      bound = { seen: 0, ms: Math.max(durationMs, 0.001) };
      this.#bounds.set(key, bound);
    }
    return bound;
  }
}

/** The span without a parent among these, named by domain and operation; null when it is elsewhere. */
function rootOf(bytes: Buffer, ranges: SpanRanges, spans: readonly number[]): { readonly key: string } | null {
  const reader = new ProtoReader(bytes, 0, 0);
  for (const index of spans) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    let hasParent = false;
    while (reader.next()) if (reader.field === 4 && !isZero(bytes, reader.from, reader.to)) hasParent = true;
    if (hasParent) continue;
    const { domain, operation, name } = namesOf(bytes, ranges, index);
    return { key: `${domain} ${operation ?? name}` };
  }
  return null;
}

function isZero(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

/** A message ExportTraceServiceRequest with these spans alone, under their resources and scopes; `spans` ascend. */
export function copySpans(bytes: Buffer, ranges: SpanRanges, spans: readonly number[]): Buffer {
  const byOrigin = new Map<number, number[]>();
  for (const index of spans) {
    const origin = ranges.origin[index] ?? 0;
    const known = byOrigin.get(origin);
    if (known === undefined) byOrigin.set(origin, [index]);
    else known.push(index);
  }
  const requests = [...byOrigin].map(([place, indexes]) => {
    const origin = ranges.origins[place];
    const scope = origin === undefined ? [] : field(1, bytes, origin.scope);
    const own = indexes.flatMap((index) =>
      field(2, bytes, { from: ranges.from[index] ?? 0, to: ranges.to[index] ?? 0 }),
    );
    const scopeSpans = Buffer.concat([...scope, ...own]);
    const resource = origin === undefined ? [] : field(1, bytes, origin.resource);
    const resourceSpans = Buffer.concat([...resource, header(2, scopeSpans.length), scopeSpans]);
    return Buffer.concat([header(1, resourceSpans.length), resourceSpans]);
  });
  return Buffer.concat(requests);
}

function field(number: number, bytes: Buffer, { from, to }: ByteRange): Buffer[] {
  return to > from ? [header(number, to - from), bytes.subarray(from, to)] : [];
}

/** Tag of a length-delimited field below 16, then the length. */
function header(number: number, length: number): Buffer {
  const parts = [(number << 3) | 2];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) parts.push((rest & 0x7f) | 0x80);
  parts.push(rest);
  return Buffer.from(parts);
}
