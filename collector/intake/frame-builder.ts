/** Collects accepted bodies until they make a frame of good size, then hands it to the span storage. */
import { type FrameInput, textTag, traceTag } from '../history/index.ts';
import { TagSet } from './tag-set.ts';
import { outcomeCode, type SpanTable, type TextTable } from './wire/index.ts';

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
  #bodies: Uint8Array[] = [];
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
    if (table.outcome[row] === outcomeCode.error) this.#errorCount += 1;
    if (domain >= 0 && domain !== this.#lastDomain) {
      this.#domains.add(domain);
      this.#lastDomain = domain;
    }
    this.#keys.add(traceTag(body, table.traceAt[row] ?? 0));
    const correlationAt = table.correlationAt[row] ?? -1;
    if (correlationAt >= 0) this.#keys.add(textTag(body, correlationAt, table.correlationEnd[row] ?? 0));
  }

  /** Takes the body whose spans have just been added. */
  endBody(stored: Uint8Array): void {
    this.#bodies.push(stored);
    this.#bytes += stored.length;
    if (this.#spanCount >= fullSpans || this.#bytes >= fullBytes) this.flush();
  }

  /** Hands over what there is, if anything. */
  flush(): void {
    if (this.#spanCount > 0) {
      this.#append({
        bodies: this.#bodies,
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
    this.#bodies = [];
    this.#bytes = 0;
    this.#spanCount = 0;
    this.#minStartMs = Number.POSITIVE_INFINITY;
    this.#maxEndMs = Number.NEGATIVE_INFINITY;
    this.#maxDurationNs = 0;
    this.#errorCount = 0;
    this.#domains = new Set();
    this.#lastDomain = -1;
    this.#keys.clear();
  }
}
