/** Points that are filled anew for each body, so that a body leaves no objects behind. */
import type { Attributes } from './attributes.ts';
import { type ExponentialBuckets, emptyPoint, type MetricPoint } from './metric-records.ts';

/** As {@link MetricPoint}, to be filled; `ownCounts` keeps its memory, to be used as `counts`. */
export class PooledPoint implements MetricPoint {
  attributes: Attributes = emptyPoint.attributes;
  startMs = 0;
  timeMs = 0;
  hasValue = false;
  isRecorded = true;
  value = 0;
  count = 0;
  counts: readonly number[] = emptyPoint.counts;
  bounds: readonly number[] = emptyPoint.bounds;
  max: number | null = null;
  readonly exponential: ExponentialBuckets | null = null;
  exemplar: string | null = null;
  readonly #ownCounts: number[] = [];

  /** With what the last use has left in it. */
  get ownCounts(): number[] {
    return this.#ownCounts;
  }

  /** All but the attributes, which every use sets. */
  reset(): void {
    this.startMs = 0;
    this.timeMs = 0;
    this.hasValue = false;
    this.isRecorded = true;
    this.value = 0;
    this.count = 0;
    this.counts = emptyPoint.counts;
    this.bounds = emptyPoint.bounds;
    this.max = null;
    this.exemplar = null;
  }
}

/** Points that are kept from body to body; a larger body's are left to the collector of garbage. */
const mostKept = 8_192;
/** More buckets than any point that is counted has. */
const mostKeptCounts = 4_096;

/** Points are good until `clear`. */
export class PointPool {
  readonly #points: PooledPoint[] = [];
  #used = 0;

  /** Every point that was taken may be taken again. */
  clear(): void {
    this.#used = 0;
    if (this.#points.length > mostKept) this.#points.length = mostKept;
  }

  /** A point that says nothing yet. */
  take(): PooledPoint {
    let point = this.#points[this.#used];
    if (point === undefined || point.ownCounts.length > mostKeptCounts) {
      point = new PooledPoint();
      this.#points[this.#used] = point;
    } else point.reset();
    this.#used += 1;
    return point;
  }
}
