/** The triggers day by day: statistics are recomputed only for the days that changed, states are judged at every tick. */
import type { HistoryReader, TracePage, TraceQuery } from '../../collector/index.ts';
import type { FactAnswer, TriggerAnswer } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { metric } from '../kernel/conventions.ts';
import { minuteMs, secondMs } from '../kernel/duration.ts';
import type { Series } from '../kernel/series.ts';
import { type DayStatistic, dayStatistic, judgeTrigger, type TriggerDefinition } from '../readiness/index.ts';
import type { Calendar } from './calendar.ts';
import { ContrastDays, type ContrastStore } from './contrast-days.ts';
import type { DayBook } from './day-book.ts';
import { sumsOf } from './recent-slices.ts';

/** Closed days that a trigger looks back on: enough for the persistence rule and for a trend. */
const lookBackDays = 60;
const liveWindowMs = 15 * minuteMs;
/** How long found exemplars are good for. */
const exemplarAgeMs = minuteMs;
/** And how long it is good for that none was found. */
const noneAgeMs = 5 * secondMs;

export interface BoardParts {
  readonly definitions: readonly TriggerDefinition[];
  readonly days: DayBook;
  readonly calendar: Calendar;
  readonly reader: HistoryReader;
  /** Finds exemplars beside the thread that ticks; they show at the tick after. Null: the reader is asked and waited for. */
  readonly findTraces: ((query: TraceQuery) => Promise<TracePage>) | null;
  readonly timezone: string;
  readonly contrasts: ContrastStore;
}

/** A class because it keeps what it has computed. */
export class TriggerBoard {
  readonly #parts: BoardParts;
  readonly #contrasts: ContrastDays;
  readonly #statistics = new Map<string, Map<string, DayStatistic>>();
  readonly #exemplars = new Map<string, { readonly atMs: number; readonly traceIds: readonly string[] }>();

  constructor(parts: BoardParts) {
    this.#parts = parts;
    const { reader, calendar, contrasts: store } = parts;
    this.#contrasts = new ContrastDays(parts.definitions, { reader, calendar, store });
  }

  /** Judges every trigger at the watermark. `facts` are as of `nowMs`. */
  judge(watermarkMs: number, nowMs: number, facts: readonly FactAnswer[]): readonly TriggerAnswer[] {
    const changes = this.#forgetChanged();
    this.#contrasts.takeOne(watermarkMs, changes.get(metric.dbDuration) ?? new Set());
    return this.#parts.definitions.map((definition) => this.#judgeOne(definition, watermarkMs, nowMs, facts));
  }

  #judgeOne(
    definition: TriggerDefinition,
    watermarkMs: number,
    nowMs: number,
    facts: readonly FactAnswer[],
  ): TriggerAnswer {
    const { calendar, days, timezone } = this.#parts;
    const firstDay = days.firstDay();
    const closed = calendar.daysBefore(watermarkMs, lookBackDays).filter((day) => firstDay !== null && day >= firstDay);
    return judgeTrigger(
      definition,
      closed.map((day) => this.#statistic(definition, day)),
      {
        today: this.#compute(definition, calendar.dayOf(watermarkMs)),
        live: this.#live(definition, watermarkMs),
        facts,
        nowMs,
        timezone,
        exemplars: this.#exemplarsOf(definition, nowMs),
      },
    );
  }

  #forgetChanged(): ReadonlyMap<string, ReadonlySet<string>> {
    const changes = this.#parts.days.takeChanges();
    for (const { id, measure } of this.#parts.definitions) {
      const signals = 'signal' in measure ? [measure.signal] : [];
      for (const signal of signals) for (const day of changes.get(signal) ?? []) this.#statistics.get(id)?.delete(day);
    }
    return changes;
  }

  #statistic(definition: TriggerDefinition, day: string): DayStatistic {
    if (definition.measure.kind === 'contrast') return this.#contrasts.of(definition, day);
    const known = this.#statistics.get(definition.id) ?? new Map<string, DayStatistic>();
    this.#statistics.set(definition.id, known);
    const found = known.get(day) ?? this.#compute(definition, day);
    known.set(day, found);
    return found;
  }

  #compute(definition: TriggerDefinition, day: string): DayStatistic {
    return dayStatistic(definition, {
      day,
      slices: 'signal' in definition.measure ? this.#parts.days.ofDay(day, definition.measure.signal) : [],
    });
  }

  /** The same statistic over the last quarter of an hour of real, not simulated, data. */
  #live(definition: TriggerDefinition, watermarkMs: number): TriggerAnswer['live'] {
    const { reader } = this.#parts;
    const series = reader.series().filter((one) => isOf(definition, one) && !one.synthetic);
    if (series.length === 0) return null;
    const slices = sumsOf(reader, series, watermarkMs - liveWindowMs, watermarkMs);
    const { value, n } = dayStatistic(definition, { day: isoTime(watermarkMs).slice(0, 10), slices });
    return n === null ? null : { value, n, window: '15m' };
  }

  #exemplarsOf(definition: TriggerDefinition, nowMs: number): readonly string[] {
    const { measure, threshold, unit } = definition;
    if (measure.kind !== 'quantile' || threshold === null) return [];
    const known = this.#exemplars.get(definition.id);
    if (known !== undefined && nowMs - known.atMs < (known.traceIds.length > 0 ? exemplarAgeMs : noneAgeMs))
      return known.traceIds;
    const minDurationMs = unit === 's' ? threshold * 1_000 : threshold;
    const query = { domain: definition.domain, minDurationMs, limit: 4 };
    const keep = ({ traces }: TracePage): readonly string[] => {
      const traceIds = traces.map((trace) => trace.traceId);
      this.#exemplars.set(definition.id, { atMs: nowMs, traceIds });
      return traceIds;
    };
    const { findTraces, reader } = this.#parts;
    if (findTraces === null) return keep(reader.searchTraces(query));
    const before = known?.traceIds ?? [];
    this.#exemplars.set(definition.id, { atMs: nowMs, traceIds: before });
    // A search that was broken off leaves what was known; the next one is due soon.
    findTraces(query).then(keep, () => {});
    return before;
  }
}

function isOf(definition: TriggerDefinition, series: Series): boolean {
  return 'signal' in definition.measure && series.signal === definition.measure.signal;
}
