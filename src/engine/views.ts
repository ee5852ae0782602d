/** Reads the engine's state in the shapes of the API; expensive parts are made when asked for and kept for a while. */
import type { SpanEdges } from '../../collector/index.ts';
import type {
  CouplingEdge,
  DomainDetail,
  DomainRow,
  FactAnswer,
  ObjectiveAnswer,
  ObjectiveDetail,
  ReadinessReport,
  ServiceMap,
  TriggerAnswer,
} from '../contract/index.ts';
import { label, metric, sliceMs } from '../kernel/conventions.ts';
import { dayMs, hourMs, minuteMs } from '../kernel/duration.ts';
import { answerFact, type SeriesSlice, type TriggerDefinition } from '../readiness/index.ts';
import type { DayRange } from './calendar.ts';
import { type CouplingView, viewCoupling } from './coupling-view.ts';
import { toDomainDetail } from './domain-detail.ts';
import { readHour } from './domain-hour.ts';
import { toDomainRows } from './domain-rows.ts';
import type { Engine } from './engine.ts';
import { Kept } from './kept.ts';
import { recentWindow, selectedBy, toObjectiveAnswer } from './objective-answer.ts';
import type { BookEntry } from './objective-book.ts';
import { toObjectiveDetail } from './objective-detail.ts';
import { pointsOf } from './objective-points.ts';
import { reportDays, reportReadiness } from './readiness-view.ts';
import { readSlices, readSums } from './recent-slices.ts';
import { toServiceMap } from './service-map.ts';
import { withSpanEdges } from './span-map.ts';

const wholeDays = 30;
/** Rates of domains are means over at most this. */
const rateWindowMs = 15 * minuteMs;

export interface ViewContext {
  /** Name and version of the product. */
  readonly tool: string;
  readonly commit: string | null;
}

/** A class because it keeps what it has made until the watermark moves. */
export class Views {
  readonly #engine: Engine;
  readonly #context: ViewContext;
  readonly #kept: Kept;

  constructor(engine: Engine, context: ViewContext) {
    this.#engine = engine;
    this.#context = context;
    this.#kept = new Kept(() => engine.state.watermarkMs);
  }

  objectives(): readonly ObjectiveAnswer[] {
    return this.#kept.get('objectives', 1, () => {
      const { evaluations } = this.#engine.state;
      const recent = this.#recentSlices(recentWindow.ms);
      return this.#engine.books.objectives.entries.flatMap((entry) => {
        const evaluation = evaluations.get(entry.compiled.id);
        if (evaluation === undefined) return [];
        return [toObjectiveAnswer({ ...this.#inputs(entry, recent), compiled: entry.compiled, evaluation })];
      });
    });
  }

  objective(id: string): ObjectiveDetail | null {
    const entry = this.#engine.books.objectives.entries.find(({ compiled }) => compiled.id === id);
    const answer = this.objectives().find((one) => one.id === id);
    const evaluation = this.#engine.state.evaluations.get(id);
    if (entry === undefined || answer === undefined || evaluation === undefined) return null;
    const { profile } = this.#engine.options;
    return toObjectiveDetail(answer, entry, {
      watermarkMs: this.#engine.state.watermarkMs,
      evaluation,
      whole: this.#whole(entry),
      definition: profile.definitions.get(entry.compiled.definition.id) ?? null,
      perMinute: answer.now.total === 0 ? null : answer.now.total / (recentWindow.ms / minuteMs),
    });
  }

  triggers(): readonly TriggerAnswer[] {
    return this.#engine.state.triggers;
  }

  facts(): readonly FactAnswer[] {
    const { options } = this.#engine;
    const declared = new Map(options.declared().facts.map((fact) => [fact.id, fact]));
    const nowMs = options.clock.nowMs();
    return options.profile.rules.facts.map((definition) => answerFact(definition, declared.get(definition.id), nowMs));
  }

  coupling(): readonly CouplingEdge[] {
    return this.#coupling().edges ?? [];
  }

  domains(): readonly DomainRow[] {
    return this.#kept.get('domains', 1, () => {
      const recent = this.#recentSlices(rateWindowMs).filter(
        ({ series }) =>
          series.signal === metric.requestDuration &&
          series.source === 'metrics' &&
          series.labels[label.entry] === 'true' &&
          !series.synthetic,
      );
      return toDomainRows({
        catalogue: this.#engine.options.profile.catalogue,
        objectives: this.objectives(),
        edges: this.#coupling().edges,
        verdicts: this.readiness().verdicts,
        recent,
        minutes: this.#minutesSince(recent),
      });
    });
  }

  /** The last hour of one domain; null for one that the catalogue does not have. */
  domain(id: string): DomainDetail | null {
    const row = this.domains().find((one) => one.id === id);
    if (row === undefined) return null;
    const { books, state, options } = this.#engine;
    const { catalogue, objectives } = options.profile;
    return this.#kept.get(`domain ${id}`, 1, () => {
      const hour = this.#kept.get('hour', 1, () => readHour(books.minutes, options.reader, state.watermarkMs));
      return toDomainDetail({ row, hour, catalogue, objectives, series: options.reader.series() });
    });
  }

  /** The last `minutes` (1..1440) as a map; `told`: calls in stored spans of about that time, null when they could not be read. */
  map(minutes: number, told: SpanEdges | null): ServiceMap {
    const ticks = minutes <= hourMs / minuteMs ? 1 : 6;
    const counted = this.#kept.get(`map ${minutes}`, ticks, () => {
      const { watermarkMs } = this.#engine.state;
      const fromMs = watermarkMs - minutes * minuteMs;
      const signals = new Set([metric.requestDuration, metric.callDuration]);
      const slices = readSlices(this.#engine.options.reader, signals, fromMs, watermarkMs);
      const domains = this.#engine.options.profile.catalogue.map(({ id }) => id);
      return toServiceMap({ slices, domains, coupling: this.#coupling().edges, fromMs, toMs: watermarkMs });
    });
    return withSpanEdges(counted, told);
  }

  /** From the first of the slices to the watermark: an app that started a minute ago has not been idle for fourteen. */
  #minutesSince(slices: readonly SeriesSlice[]): number {
    const firstMs = slices.reduce((least, { slice }) => Math.min(least, slice.startMs), Number.POSITIVE_INFINITY);
    return Math.max(sliceMs.fine, this.#engine.state.watermarkMs - firstMs) / minuteMs;
  }

  /** The report, with every kind of finding in its exit code; who reads it may lower some. */
  readiness(): ReadinessReport {
    return this.#kept.get('readiness', 1, () =>
      reportReadiness(this.#engine, {
        ...this.#context,
        objectives: this.objectives(),
        coupling: this.#coupling(),
        coverage: this.coverage(),
        evidenceOf: (definition) => this.#evidence(definition),
      }),
    );
  }

  /** Entry requests of the last hours, of known and of unmapped domains. */
  coverage(): { readonly mapped: number; readonly unmapped: number } {
    const { watermarkMs } = this.#engine.state;
    return this.#engine.books.traffic.coverage(watermarkMs - reportDays * dayMs, watermarkMs + hourMs);
  }

  /** Sums of the counters that a trigger names as evidence. */
  #evidence({ evidence }: TriggerDefinition): readonly SeriesSlice[] {
    const signals = new Set(evidence.map(({ signal }) => signal));
    return [...signals].flatMap((signal) => this.#engine.books.days.ofDays(this.#days(reportDays), signal));
  }

  #coupling(): CouplingView {
    return this.#kept.get('coupling', 6, () => {
      const { watermarkMs } = this.#engine.state;
      const { days, traffic } = this.#engine.books;
      const fromMs = watermarkMs - reportDays * dayMs;
      return viewCoupling(days, this.#days(reportDays), this.#engine.options.profile.catalogue, (domain) =>
        traffic.requestsOf(domain, fromMs, watermarkMs + hourMs),
      );
    });
  }

  #inputs(entry: BookEntry, recent: readonly SeriesSlice[]) {
    const { selector } = entry.compiled;
    const fresh = selector === null ? null : this.#freshness(selector.signal, selector.source);
    const days = pointsOf(entry, this.#calendarDays());
    return { whole: this.#whole(entry), recent: selectedBy(entry.compiled, recent), lastPointMs: fresh, days };
  }

  #freshness(signal: string, source: 'metrics' | 'spans' | 'probe' | 'scrape'): number | null {
    return this.#kept.get(
      `fresh ${source} ${signal}`,
      1,
      () => this.#engine.options.reader.freshness(signal, source)?.lastPointMs ?? null,
    );
  }

  /** Slices of the objective's series by whole days over its first window, refreshed about once a minute. */
  #whole(entry: BookEntry): readonly SeriesSlice[] {
    const { selector } = entry.compiled;
    if (selector === null) return [];
    const all = this.#kept.get(`whole ${selector.signal}`, 6, () =>
      this.#engine.books.days.ofDays(this.#days(wholeDays), selector.signal),
    );
    return selectedBy(entry.compiled, all);
  }

  /** The last 30 calendar days, walked once a tick. */
  #calendarDays(): readonly DayRange[] {
    const { calendar, state } = this.#engine;
    return this.#kept.get('days', 1, () => calendar.daysUntil(state.watermarkMs, wholeDays));
  }

  #days(count: number): readonly string[] {
    const { watermarkMs } = this.#engine.state;
    return [...this.#engine.calendar.daysBefore(watermarkMs, count), this.#engine.calendar.dayOf(watermarkMs)];
  }

  #recentSlices(lengthMs: number): readonly SeriesSlice[] {
    return this.#kept.get(`recent ${lengthMs}`, 1, () => {
      const { watermarkMs } = this.#engine.state;
      const sources = this.#engine.books.objectives.sources().map(({ signal }) => signal);
      const signals = new Set([...sources, metric.requestDuration]);
      return readSums(this.#engine.options.reader, signals, watermarkMs - lengthMs, watermarkMs);
    });
  }
}
