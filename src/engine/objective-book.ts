/** The compiled objectives with their running sums: every committed slice is added once, every tick reads without re-summing. */
import { type CompiledObjective, countSlice, createTimeline, measureProblem, type Timeline } from '../../slo/index.ts';
import { matchesSelector, type Series, type SeriesSource, type Slice } from '../kernel/series.ts';
import { ObjectiveBatch } from './objective-batch.ts';

export interface BookEntry {
  /** Its `unmeasurable` follows the series that are really there. */
  readonly compiled: CompiledObjective;
  readonly timeline: Timeline;
}

interface Entry {
  compiled: CompiledObjective;
  readonly timeline: Timeline;
  readonly gathered: ObjectiveBatch;
  /** Why some series of its own cannot answer, for good events and for the page; null while all can. */
  problem: string | null;
  pageProblem: string | null;
}

/** A class because it lives as long as the engine. */
export class ObjectiveBook {
  readonly #entries: readonly Entry[];
  readonly #series = new Map<number, Series>();
  readonly #readers = new Map<number, readonly Entry[]>();
  readonly #bySignal = new Map<string, Entry[]>();

  constructor(compiled: readonly CompiledObjective[]) {
    this.#entries = compiled.map((one) => ({
      compiled: one,
      timeline: createTimeline(),
      gathered: new ObjectiveBatch(),
      problem: null,
      pageProblem: null,
    }));
    for (const entry of this.#entries) {
      const { selector } = entry.compiled;
      if (selector === null) continue;
      const key = signalKey(selector.signal, selector.source);
      this.#bySignal.set(key, [...(this.#bySignal.get(key) ?? []), entry]);
    }
  }

  get entries(): readonly BookEntry[] {
    return this.#entries;
  }

  /** Signals and sources that some objective reads. */
  sources(): readonly { readonly signal: string; readonly source: SeriesSource }[] {
    const selectors = this.#entries.flatMap(({ compiled }) => (compiled.selector === null ? [] : [compiled.selector]));
    return [
      ...new Map(selectors.map(({ signal, source }) => [signalKey(signal, source), { signal, source }])).values(),
    ];
  }

  /** The objectives that read one of these series, by id. */
  readersOf(seriesIds: Iterable<number>): ReadonlySet<string> {
    const ids = [...seriesIds].flatMap((id) => (this.#readers.get(id) ?? []).map(({ compiled }) => compiled.id));
    return new Set(ids);
  }

  addSeries(series: Series): void {
    if (this.#series.has(series.id)) return;
    this.#series.set(series.id, series);
    const entries = this.#bySignal.get(signalKey(series.signal, series.source)) ?? [];
    const readers = entries.filter(
      ({ compiled }) => compiled.selector !== null && matchesSelector(series, compiled.selector),
    );
    this.#readers.set(series.id, readers);
    for (const entry of readers) noteBounds(entry, series);
  }

  addSlice(slice: Slice): void {
    const series = this.#series.get(slice.seriesId);
    if (series === undefined) return;
    for (const { compiled, timeline } of this.#readers.get(slice.seriesId) ?? []) {
      timeline.add(slice.startMs, slice.durationMs, countSlice(compiled, series, slice), series.synthetic);
    }
  }

  /** An export of the signal was seen, with or without events. */
  observe(signal: string, source: SeriesSource, startMs: number, durationMs: number): void {
    for (const { timeline } of this.#bySignal.get(signalKey(signal, source)) ?? [])
      timeline.observe(startMs, durationMs);
  }

  /** Like {@link addSlice} and {@link observe} in any order; counted by {@link flushGathered}. */
  gatherSlice(slice: Slice): void {
    const series = this.#series.get(slice.seriesId);
    if (series === undefined) return;
    for (const { compiled, gathered } of this.#readers.get(slice.seriesId) ?? []) {
      gathered.add(slice.startMs, slice.durationMs, countSlice(compiled, series, slice), series.synthetic);
    }
  }

  gatherSeen(signal: string, source: SeriesSource, startMs: number, durationMs: number): void {
    for (const { gathered } of this.#bySignal.get(signalKey(signal, source)) ?? [])
      gathered.observe(startMs, durationMs);
  }

  flushGathered(): void {
    for (const { gathered, timeline } of this.#entries) gathered.flushInto(timeline);
  }

  /** Joins what has grown old, so that memory does not grow with time. */
  compact(before: { readonly minuteMs: number; readonly coarseMs: number; readonly dropMs: number }): void {
    for (const { timeline } of this.#entries) {
      timeline.compactBefore(before.minuteMs, 60_000);
      timeline.compactBefore(before.coarseMs, 900_000);
      timeline.dropBefore(before.dropMs);
    }
  }
}

function signalKey(signal: string, source: SeriesSource): string {
  return `${source} ${signal}`;
}

/**
 * Whether a threshold can be counted is decided by the buckets that arrive, not by those expected: one series without the bound
 * makes the objective unknown, because its events would otherwise be left out in silence.
 */
function noteBounds(entry: Entry, { bounds }: Series): void {
  const { goodAtMost, pageAtMost, definition } = entry.compiled;
  if (bounds === null || goodAtMost === null) return;
  entry.problem ??= measureProblem(definition, goodAtMost, bounds);
  entry.pageProblem ??= pageAtMost === null ? null : measureProblem(definition, pageAtMost, bounds);
  entry.compiled = { ...entry.compiled, unmeasurable: entry.problem, pageUnmeasurable: entry.pageProblem };
}
