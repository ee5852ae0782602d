/** The compiled objectives with their running sums: every committed slice is added once, every tick reads without re-summing. */
import { type CompiledObjective, countSlice, createTimeline, type Timeline } from '../../slo/index.ts';
import { matchesSelector, type Series, type SeriesSource, type Slice } from '../kernel/series.ts';

export interface BookEntry {
  readonly compiled: CompiledObjective;
  readonly timeline: Timeline;
}

/** A class because it lives as long as the engine. */
export class ObjectiveBook {
  readonly #entries: readonly BookEntry[];
  readonly #series = new Map<number, Series>();
  readonly #readers = new Map<number, readonly BookEntry[]>();
  readonly #bySignal = new Map<string, BookEntry[]>();

  constructor(compiled: readonly CompiledObjective[]) {
    this.#entries = compiled.map((one) => ({ compiled: one, timeline: createTimeline() }));
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

  addSeries(series: Series): void {
    if (this.#series.has(series.id)) return;
    this.#series.set(series.id, series);
    const entries = this.#bySignal.get(signalKey(series.signal, series.source)) ?? [];
    this.#readers.set(
      series.id,
      entries.filter(({ compiled }) => compiled.selector !== null && matchesSelector(series, compiled.selector)),
    );
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
