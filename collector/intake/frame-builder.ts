/** Collects accepted bodies until they make a frame of good size, then hands it to the span storage. */
import { type FrameInput, textTag, traceTag } from '../history/index.ts';
import { TagSet } from './tag-set.ts';
import { isSameAt, outcomeCode, type SpanTable, type TextTable } from './wire/index.ts';

/** Reference: frames of 512–4096 spans, 0.2–1 MB, compress well and decompress quickly. */
const fullSpans = 4_096;
const fullBytes = 1_048_576;

/** One for real and one for synthetic spans, since a frame is either. */
export class FrameBuilder {
  readonly #append: (input: FrameInput) => void;
  readonly #texts: TextTable;
  readonly #synthetic: boolean;
  readonly #keys = new TagSet();
  #domains = new Set<number>();
  #lastDomain = -1;
  /** The bodies one after the other: protobuf messages concatenate. Reused from frame to frame. */
  #joined = Buffer.alloc(2 * fullBytes);
  readonly #lastCorrelation: { body: Uint8Array | null; at: number; end: number } = { body: null, at: 0, end: 0 };
  #lastTrace = -1;
  #bytes = 0;
  #spanCount = 0;
  #minStartMs = Number.POSITIVE_INFINITY;
  #maxEndMs = Number.NEGATIVE_INFINITY;
  #maxDurationNs = 0;
  #errorCount = 0;

  constructor(append: (input: FrameInput) => void, texts: TextTable, synthetic: boolean) {
    this.#append = append;
    this.#texts = texts;
    this.#synthetic = synthetic;
  }

  /** `body` is what `table` was scanned from; `domain` is a number of the text table, -1 for none. */
  addSpan(body: Uint8Array, table: SpanTable, row: number, domain: number): void {
    this.#spanCount += 1;
    const startMs = table.startMs[row] ?? 0;
    const endMs = table.endMs[row] ?? 0;
    const durationNs = table.durationNs[row] ?? 0;
    if (startMs < this.#minStartMs) this.#minStartMs = startMs;
    if (endMs > this.#maxEndMs) this.#maxEndMs = endMs;
    if (durationNs > this.#maxDurationNs) this.#maxDurationNs = durationNs;
    // A rejected request may still carry the status ERROR: a frame that is looked at in vain is cheaper than one passed over.
    if (table.outcome[row] !== outcomeCode.ok) this.#errorCount += 1;
    if (domain >= 0 && domain !== this.#lastDomain) {
      this.#domains.add(domain);
      this.#lastDomain = domain;
    }
    const tag = traceTag(body, table.traceAt[row] ?? 0);
    if (tag !== this.#lastTrace) {
      this.#lastTrace = tag;
      this.#keys.add(tag);
    }
    const at = table.correlationAt[row] ?? -1;
    if (at >= 0) this.#addCorrelation(body, table.view, at, table.correlationEnd[row] ?? 0);
  }

  /** The spans of a request stand together, so that most have the correlation ID of the one before. */
  #addCorrelation(body: Uint8Array, view: DataView, at: number, end: number): void {
    const { body: before, at: from, end: to } = this.#lastCorrelation;
    if (before === body && to - from === end - at && isSameAt(view, at, view, from, end - at)) return;
    this.#lastCorrelation.body = body;
    this.#lastCorrelation.at = at;
    this.#lastCorrelation.end = end;
    this.#keys.add(textTag(body, at, end));
  }

  /** Takes the body whose spans have just been added. */
  endBody(stored: Uint8Array): void {
    if (this.#bytes + stored.length > this.#joined.length) this.#grow(this.#bytes + stored.length);
    Buffer.from(stored.buffer, stored.byteOffset, stored.length).copy(this.#joined, this.#bytes);
    this.#bytes += stored.length;
    this.#lastCorrelation.body = null;
    if (this.#spanCount >= fullSpans || this.#bytes >= fullBytes) this.flush();
  }

  /** Hands over what there is, if anything. */
  flush(): void {
    if (this.#spanCount > 0) {
      this.#append({
        bodies: [this.#joined.subarray(0, this.#bytes)],
        spanCount: this.#spanCount,
        minStartMs: this.#minStartMs,
        maxEndMs: this.#maxEndMs,
        maxDurationMs: this.#maxDurationNs / 1e6,
        errorCount: this.#errorCount,
        synthetic: this.#synthetic,
        domains: new Set([...this.#domains].map((domain) => this.#texts.text(domain))),
        keys: this.#keys.members(),
      });
    }
    this.#bytes = 0;
    this.#spanCount = 0;
    this.#minStartMs = Number.POSITIVE_INFINITY;
    this.#maxEndMs = Number.NEGATIVE_INFINITY;
    this.#maxDurationNs = 0;
    this.#errorCount = 0;
    this.#domains = new Set();
    this.#lastDomain = -1;
    this.#keys.clear();
    this.#lastTrace = -1;
    this.#lastCorrelation.body = null;
    if (this.#joined.length > 4 * fullBytes) this.#joined = Buffer.alloc(2 * fullBytes);
  }

  #grow(bytes: number): void {
    const larger = Buffer.alloc(Math.max(bytes, this.#joined.length * 2));
    this.#joined.copy(larger, 0, 0, this.#bytes);
    this.#joined = larger;
  }
}
