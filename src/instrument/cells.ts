/** The exact numbers themselves: one histogram, counter or gauge cell per metric and label set, all in memory. */
import type { SpanContext } from '@opentelemetry/api';
import type { Clock } from '../kernel/clock.ts';
import { bucketIndexOf } from '../kernel/histogram.ts';
import { labelKey } from '../kernel/series.ts';

export type Labels = Readonly<Record<string, string>>;

/** The latest sampled observation of a bucket. `value` in the metric's unit, `timeMs` Unix ms, ids lower-case hex. */
export interface Exemplar {
  readonly value: number;
  readonly timeMs: number;
  readonly traceId: string;
  readonly spanId: string;
}

/** `counts[i]` holds values in (bounds[i-1], bounds[i]]; the last bucket is open. All since the library started. */
export interface HistogramCell {
  readonly labels: Labels;
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sum: number;
  readonly exemplars: (Exemplar | undefined)[];
  /** When each exemplar was taken, monotonic ms. */
  readonly exemplarAtMs: Float64Array;
}

/** A number that only grows. */
export interface CounterCell {
  readonly labels: Labels;
  value: number;
}

/** A number that is read when metrics are collected. */
export interface GaugeCell {
  readonly labels: Labels;
  readonly read: () => number;
}

/** All cells of one metric name. */
export type Family =
  | { readonly kind: 'histogram'; readonly name: string; readonly cells: Map<string, HistogramCell> }
  | { readonly kind: 'counter'; readonly name: string; readonly cells: Map<string, CounterCell> }
  | { readonly kind: 'gauge'; readonly name: string; readonly cells: Map<string, GaugeCell> };

/** More label sets than this in one family share the overflow cell, so that a careless label cannot fill the memory. */
export const maxCellsPerFamily = 2_000;
const overflowLabels: Labels = { overflow: 'true' };

/** Every family by name; one registry per start, so cumulative numbers never outlive their start time. */
export class Registry {
  readonly bounds: readonly number[];
  readonly families = new Map<string, Family>();
  readonly #onConflict: (name: string) => void;

  /** `bounds` ascending, in seconds. `onConflict` hears of a name used as two kinds; that use is not recorded. */
  constructor(bounds: readonly number[], onConflict: (name: string) => void = () => {}) {
    this.bounds = bounds;
    this.#onConflict = onConflict;
  }

  /** The cell of these labels, made when it is new. */
  histogram(name: string, labels: Labels): HistogramCell {
    const family = this.#family(name, 'histogram');
    const make = (own: Labels): HistogramCell => newHistogram(this.bounds, own);
    return family?.kind === 'histogram' ? cellOf(family.cells, labels, make) : make(labels);
  }

  /** The cell of these labels, made when it is new. */
  counter(name: string, labels: Labels): CounterCell {
    const family = this.#family(name, 'counter');
    const make = (own: Labels): CounterCell => ({ labels: own, value: 0 });
    return family?.kind === 'counter' ? cellOf(family.cells, labels, make) : make(labels);
  }

  /** Registers a reader, replacing one with the same labels. */
  gauge(name: string, labels: Labels, read: () => number): void {
    const family = this.#family(name, 'gauge');
    if (family?.kind !== 'gauge') return;
    const key = labelKey(labels);
    if (!family.cells.has(key) && family.cells.size >= maxCellsPerFamily) return;
    family.cells.set(key, { labels: { ...labels }, read });
  }

  /** Removes the reader, unless another one has taken its place. */
  removeGauge(name: string, labels: Labels, read: () => number): void {
    const family = this.families.get(name);
    if (family?.kind !== 'gauge') return;
    const key = labelKey(labels);
    if (family.cells.get(key)?.read === read) family.cells.delete(key);
  }

  #family(name: string, kind: Family['kind']): Family | null {
    const known = this.families.get(name);
    if (known !== undefined) {
      if (known.kind === kind) return known;
      this.#onConflict(name);
      return null;
    }
    const made: Family = { kind, name, cells: new Map() };
    this.families.set(name, made);
    return made;
  }
}

/** One exemplar a bucket each 100 ms is plenty: exports are further apart. */
const exemplarEveryMs = 100;

/** Counts one value and returns its bucket. A value that is not finite is not recorded: −1. */
export function observe(cell: HistogramCell, value: number): number {
  if (!Number.isFinite(value)) return -1;
  const bucket = bucketIndexOf(cell.bounds, value);
  cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1;
  cell.sum += value;
  return bucket;
}

/** Counts one value that belongs to a recorded span; now and then it becomes its bucket's exemplar. `atMs` is monotonic now. */
export function observeSampled(
  cell: HistogramCell,
  value: number,
  span: SpanContext,
  clock: Clock,
  atMs: number,
): void {
  const bucket = observe(cell, value);
  if (bucket < 0) return;
  if (cell.exemplars[bucket] !== undefined && atMs - (cell.exemplarAtMs[bucket] ?? 0) < exemplarEveryMs) return;
  cell.exemplarAtMs[bucket] = atMs;
  cell.exemplars[bucket] = { value, timeMs: clock.nowMs(), traceId: span.traceId, spanId: span.spanId };
}

function newHistogram(bounds: readonly number[], labels: Labels): HistogramCell {
  return {
    labels,
    bounds,
    counts: new Float64Array(bounds.length + 1),
    sum: 0,
    exemplars: new Array<Exemplar | undefined>(bounds.length + 1).fill(undefined),
    exemplarAtMs: new Float64Array(bounds.length + 1),
  };
}

function cellOf<Cell>(cells: Map<string, Cell>, labels: Labels, make: (labels: Labels) => Cell): Cell {
  const key = labelKey(labels);
  const known = cells.get(key);
  if (known !== undefined) return known;
  if (cells.size >= maxCellsPerFamily) {
    const overflowKey = labelKey(overflowLabels);
    const overflow = cells.get(overflowKey) ?? make(overflowLabels);
    cells.set(overflowKey, overflow);
    return overflow;
  }
  const made = make({ ...labels });
  cells.set(key, made);
  return made;
}
