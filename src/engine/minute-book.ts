/** The sums of the last hour by minute, kept in memory: what a domain's page draws. */
import { metric, sliceMs } from '../kernel/conventions.ts';
import { minuteMs } from '../kernel/duration.ts';
import { addCounts } from '../kernel/histogram.ts';
import type { Series, Slice } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { eachPacked, type PackedSums, packSums } from './packed-sums.ts';

/** Minutes kept: an hour and what the watermark may lag. */
const keptMinutes = 65;
export const keptMinutesMs = keptMinutes * minuteMs;
/** The newest are open to additions, the others packed. */
const openMinutes = 3;

/** Signals that are kept by the minute. */
export const minuteSignals: ReadonlySet<string> = new Set([metric.requestDuration, metric.dbDuration, metric.cpuMs]);

type MinuteTable =
  | { readonly kind: 'open'; readonly sums: Map<number, MinuteSum> }
  | { readonly kind: 'packed'; readonly sums: PackedSums };

interface MinuteSum {
  counts: readonly number[];
  sum: number;
  /** One bit for each 10 s slice seen. */
  seen: number;
}

/** A class because it lives as long as the engine. */
export class MinuteBook {
  readonly #series = new Map<number, Series>();
  readonly #minutes = new Map<number, MinuteTable>();
  #newest = 0;

  addSeries(series: Series): void {
    if (minuteSignals.has(series.signal)) this.#series.set(series.id, series);
  }

  /** Adds a slice or a difference to its minute; coarser ones, older ones and those of other signals are ignored. */
  add(slice: Slice): void {
    if (slice.durationMs > minuteMs || !this.#series.has(slice.seriesId)) return;
    const at = Math.floor(slice.startMs / minuteMs);
    if (at > this.#newest) this.#advance(at);
    if (at <= this.#newest - keptMinutes) return;
    const sums = this.#openSums(at);
    const before = sums.get(slice.seriesId);
    sums.set(slice.seriesId, {
      counts: before === undefined ? slice.counts : addCounts(before.counts, slice.counts),
      sum: (before?.sum ?? 0) + slice.sum,
      seen: (before?.seen ?? 0) | seenBits(slice),
    });
  }

  /** Sums of the whole minutes in [fromMs, toMs), oldest first; `durationMs` is how much of the minute has slices. */
  slices(fromMs: number, toMs: number): SeriesSlice[] {
    const found: SeriesSlice[] = [];
    for (let startMs = Math.ceil(fromMs / minuteMs) * minuteMs; startMs + minuteMs <= toMs; startMs += minuteMs) {
      this.#eachOf(startMs / minuteMs, (seriesId, { counts, sum, seen }) => {
        const series = this.#series.get(seriesId);
        if (series === undefined) return;
        const durationMs = bitsOf(seen) * sliceMs.fine;
        found.push({ series, slice: { seriesId, startMs, durationMs, counts, sum, max: null } });
      });
    }
    return found;
  }

  #advance(at: number): void {
    this.#newest = at;
    for (const [minute, table] of this.#minutes) {
      if (minute <= at - keptMinutes) this.#minutes.delete(minute);
      else if (minute <= at - openMinutes && table.kind === 'open') {
        this.#minutes.set(minute, { kind: 'packed', sums: packMinute(table.sums) });
      }
    }
  }

  #eachOf(minute: number, visit: (seriesId: number, sum: MinuteSum) => void): void {
    const table = this.#minutes.get(minute);
    if (table?.kind === 'open') for (const [id, sum] of table.sums) visit(id, sum);
    else if (table !== undefined) {
      eachPacked(table.sums, (id, { counts, sum, marks: [seen] }) => visit(id, { counts, sum, seen }));
    }
  }

  #openSums(minute: number): Map<number, MinuteSum> {
    const table = this.#minutes.get(minute);
    if (table?.kind === 'open') return table.sums;
    const sums = new Map<number, MinuteSum>();
    this.#eachOf(minute, (id, sum) => sums.set(id, sum));
    this.#minutes.set(minute, { kind: 'open', sums });
    return sums;
  }
}

function packMinute(sums: ReadonlyMap<number, MinuteSum>): PackedSums {
  return packSums(
    new Map([...sums].map(([id, { counts, sum, seen }]) => [id, { counts, sum, max: null, marks: [seen, 0] }])),
  );
}

function seenBits({ startMs, durationMs }: Slice): number {
  const first = Math.floor((startMs % minuteMs) / sliceMs.fine);
  const count = Math.max(1, Math.round(durationMs / sliceMs.fine));
  return ((1 << count) - 1) << first;
}

function bitsOf(seen: number): number {
  let rest = seen;
  let bits = 0;
  for (; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
