/** Takes one trace body: scan, recognise a repeat, count, pass on what is stored. */
import type { SegmentWriter } from '../history/index.ts';
import { FrameBuilder } from './frame-builder.ts';
import type { SeenBodies } from './seen-bodies.ts';
import type { SpanCounter } from './span-counter.ts';
import { type Tally, tallyRejection } from './tally.ts';
import {
  SpanTable,
  scanSpans,
  spanRejectionNames,
  type TextTable,
  type TimeLimits,
  withoutSpans,
} from './wire/index.ts';

/** Reused from body to body; `flush` before the commit. */
export class TraceBodies {
  readonly #texts: TextTable;
  readonly #counter: SpanCounter;
  readonly #seen: SeenBodies;
  readonly #real: FrameBuilder;
  readonly #synthetic: FrameBuilder;
  readonly #table = new SpanTable();

  constructor(texts: TextTable, counter: SpanCounter, segments: SegmentWriter, seen: SeenBodies) {
    this.#texts = texts;
    this.#counter = counter;
    this.#seen = seen;
    this.#real = new FrameBuilder(segments.append, texts, false);
    this.#synthetic = new FrameBuilder(segments.append, texts, true);
  }

  /** Returns how many spans were rejected, by reason; `salt` tells apart senders with other rights. @throws OTLP_MALFORMED before anything is counted */
  add(
    body: Uint8Array,
    limits: TimeLimits,
    watermarkMs: number,
    salt: number,
    tally: Tally,
  ): ReadonlyMap<string, number> {
    const table = this.#table;
    scanSpans(body, this.#texts, table, limits);
    if (table.length === 0) return new Map();
    if (this.#seen.isRepeat(table.hashLow ^ salt, table.hashHigh)) {
      tally.repeatedBodies += 1;
      return new Map();
    }
    tally.spans += table.length - table.rejected;
    this.#store(body, false, watermarkMs, tally);
    if (table.resources.some((resource) => resource.synthetic)) this.#store(body, true, watermarkMs, tally);
    return this.#rejections(tally);
  }

  /** Hands the last frames over. */
  flush(): void {
    this.#real.flush();
    this.#synthetic.flush();
  }

  /** The accepted spans that are, or are not, synthetic; the body as it came when those are all there are. */
  #store(body: Uint8Array, synthetic: boolean, watermarkMs: number, tally: Tally): void {
    const table = this.#table;
    const frame = synthetic ? this.#synthetic : this.#real;
    const isMixed = table.rejected > 0 || table.resources.some((resource) => resource.synthetic !== synthetic);
    const dropped = new Set<number>();
    for (let row = 0; row < table.length; row += 1) {
      if (isMixed && (table.reject[row] !== 0 || this.#isSynthetic(row) !== synthetic)) {
        dropped.add(table.recordAt[row] ?? 0);
        continue;
      }
      frame.addSpan(body, table, row, this.#counter.add(body, table, row, watermarkMs, tally));
    }
    if (dropped.size < table.length) frame.endBody(dropped.size === 0 ? body : withoutSpans(body, dropped));
  }

  #isSynthetic(row: number): boolean {
    return this.#table.resources[this.#table.resource[row] ?? 0]?.synthetic === true;
  }

  #rejections(tally: Tally): ReadonlyMap<string, number> {
    const rejected = new Map<string, number>();
    if (this.#table.rejected === 0) return rejected;
    for (let row = 0; row < this.#table.length; row += 1) {
      const code = this.#table.reject[row] ?? 0;
      if (code === 0) continue;
      const reason = spanRejectionNames[code] ?? 'rejected';
      rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
      tallyRejection(tally, reason);
    }
    return rejected;
  }
}
