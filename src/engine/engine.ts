/** The tick: counts → objectives → triggers; and the answers that the API, the console and the report are made of. */
import type { CommitNotice, HistoryReader, TracePage, TraceQuery } from '../../collector/index.ts';
import {
  type CompiledObjective,
  evaluateComposite,
  evaluateObjective,
  type ObjectiveEvaluation,
} from '../../slo/index.ts';
import type { LiveEvent, TriggerAnswer } from '../contract/index.ts';
import type { Domain } from '../domains/index.ts';
import { type Clock, isoTime } from '../kernel/clock.ts';
import { sliceKeepMs, sliceMs, watermarkLagMs } from '../kernel/conventions.ts';
import { dayMs, hourMs } from '../kernel/duration.ts';
import {
  answerFact,
  type Decision,
  type DeclaredFact,
  type GateBook,
  type RuleBook,
  type RuleException,
  type TriggerDefinition,
} from '../readiness/index.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import type { ContrastStore } from './contrast-days.ts';
import { DayBook } from './day-book.ts';
import { freshnessAt } from './freshness.ts';
import { applyNotice, type Books, bookDays, readHistory, wantedSignals } from './history-feed.ts';
import { JudgingClock } from './judging-clock.ts';
import { MinuteBook } from './minute-book.ts';
import { ObjectiveBook } from './objective-book.ts';
import { type SilentSource, silencesOf } from './silence.ts';
import { TrafficBook } from './traffic-book.ts';
import { TriggerBoard } from './trigger-board.ts';

/** The documents as data, parsed and compiled. */
export interface EngineProfile {
  readonly names: readonly string[];
  readonly catalogue: readonly Domain[];
  readonly objectives: readonly CompiledObjective[];
  /** The YAML of each objective by the id of its definition, as written. */
  readonly definitions: ReadonlyMap<string, unknown>;
  readonly triggers: readonly TriggerDefinition[];
  readonly rules: RuleBook;
  readonly gates: GateBook;
}

/** What people have declared; read again at every tick. */
export interface Declared {
  readonly facts: readonly DeclaredFact[];
  readonly exceptions: readonly RuleException[];
  readonly decisions: readonly Decision[];
}

export interface EngineOptions {
  readonly profile: EngineProfile;
  readonly reader: HistoryReader;
  /** Searches traces without holding up the tick; absent, the reader is asked and waited for. */
  readonly findTraces?: (query: TraceQuery) => Promise<TracePage>;
  readonly declared: () => Declared;
  /** Who is expected to send and does not, with the series that are not known for it; absent = nobody is expected. */
  readonly silent?: () => readonly SilentSource[];
  /** Days of contrasts that were taken before, and where new ones are kept. */
  readonly contrasts: ContrastStore;
  readonly clock: Clock;
  readonly timezone: string;
}

/** The state at one watermark. */
export interface EngineState {
  readonly watermarkMs: number;
  readonly evaluations: ReadonlyMap<string, ObjectiveEvaluation>;
  readonly triggers: readonly TriggerAnswer[];
  readonly tookMs: number;
}

/** A class because it keeps running sums; it owns no timer and no connection. */
export class Engine {
  readonly options: EngineOptions;
  readonly calendar: Calendar;
  readonly books: Books;
  /** Newest stored point when the engine was made (Unix ms); null = the database was empty. */
  readonly storedUntilMs: number | null;
  readonly #wanted: ReadonlySet<string>;
  readonly #time: JudgingClock;
  readonly #board: TriggerBoard;
  readonly #counters = new Map<string, { good: number; events: number }>();
  #state: EngineState | null = null;
  #compactedMs = 0;

  /** Reads the stored history: nothing may be committed until it returns. */
  constructor(options: EngineOptions) {
    this.options = options;
    this.calendar = createCalendar(options.timezone);
    const days = new DayBook(this.calendar);
    this.books = {
      days,
      traffic: new TrafficBook(this.calendar),
      objectives: new ObjectiveBook(options.profile.objectives),
      minutes: new MinuteBook(),
    };
    this.#wanted = wantedSignals(this.books, options.profile.triggers);
    const { reader, timezone, contrasts } = options;
    this.#board = new TriggerBoard({
      definitions: options.profile.triggers,
      days,
      calendar: this.calendar,
      reader,
      findTraces: options.findTraces ?? null,
      timezone,
      contrasts,
    });
    readHistory(this.books, this.#wanted, reader, options.clock.nowMs());
    const points = this.books.objectives
      .sources()
      .map(({ signal, source }) => reader.freshness(signal, source)?.lastPointMs ?? 0);
    this.storedUntilMs = Math.max(0, ...points) || null;
    this.#time = new JudgingClock(options.clock, this.storedUntilMs);
  }

  /** What judging takes for the present (Unix ms): the clock, but for its jumps. */
  nowMs(): number {
    return this.#time.nowMs();
  }

  /** How the clock disagrees with what is judged, for people; null while it does not. */
  clockProblem(): string | null {
    return this.#time.disagreement();
  }

  /** The state of the last tick; the first call ticks. */
  get state(): EngineState {
    if (this.#state === null) this.tick();
    return this.#state ?? emptyState;
  }

  /** Adds what a commit brought; call it for every notice, in order. */
  apply(notice: CommitNotice): void {
    for (const { source, startMs } of notice.presence) {
      if (source === 'metrics' || source === 'spans') this.#time.note(startMs + sliceMs.fine);
    }
    applyNotice(this.books, this.#wanted, notice, this.nowMs());
  }

  /** True when a slice has become complete since the last tick. */
  isBehind(): boolean {
    return watermarkAt(this.nowMs()) !== this.#state?.watermarkMs;
  }

  /** Judges everything at the newest complete slice and says what changed since the tick before. */
  tick(): readonly LiveEvent[] {
    const { clock } = this.options;
    const startedMs = clock.monotonicMs();
    const nowMs = this.nowMs();
    const watermarkMs = watermarkAt(nowMs);
    if (this.#state !== null) this.#count(this.#state.watermarkMs, watermarkMs);
    const evaluations = this.#evaluateAll(watermarkMs, nowMs);
    const { rules } = this.options.profile;
    const declared = new Map(this.options.declared().facts.map((fact) => [fact.id, fact]));
    const facts = rules.facts.map((definition) => answerFact(definition, declared.get(definition.id), nowMs));
    const triggers = this.#board.judge(watermarkMs, nowMs, facts);
    const before = this.#state;
    this.#state = { watermarkMs, evaluations, triggers, tookMs: clock.monotonicMs() - startedMs };
    this.#compact(nowMs);
    return changesBetween(before, this.#state);
  }

  /** Real events of an objective since this process started, as of the watermark; late ones are left out, so neither goes back. */
  counterOf(id: string): { readonly good: number; readonly events: number } {
    return this.#counters.get(id) ?? { good: 0, events: 0 };
  }

  #count(fromMs: number, toMs: number): void {
    for (const { compiled, timeline } of this.books.objectives.entries) {
      const { good, total, synthetic } = timeline.countsIn(fromMs, toMs);
      const before = this.counterOf(compiled.id);
      this.#counters.set(compiled.id, {
        good: before.good + Math.max(0, good - synthetic.good),
        events: before.events + Math.max(0, total - synthetic.total),
      });
    }
  }

  #evaluateAll(watermarkMs: number, nowMs: number): ReadonlyMap<string, ObjectiveEvaluation> {
    const { timezone, reader } = this.options;
    const freshness = freshnessAt(reader, nowMs);
    const silences = silencesOf(this.books.objectives, this.options.silent?.() ?? []);
    const evaluations = new Map<string, ObjectiveEvaluation>();
    for (const { compiled, timeline } of this.books.objectives.entries) {
      if (compiled.kind === 'composite' || compiled.selector === null) continue;
      const fresh = freshness(compiled.selector.signal, compiled.selector.source);
      const at = {
        watermarkMs,
        timezone,
        lastPointMs: fresh?.lastPointMs ?? null,
        intervalMs: fresh?.intervalMs ?? null,
        silence: silences.get(compiled.id) ?? null,
      };
      evaluations.set(compiled.id, evaluateObjective(compiled, timeline, at));
    }
    for (const { compiled, timeline } of this.books.objectives.entries) {
      if (evaluations.has(compiled.id)) continue;
      const parts = compiled.parts.flatMap((id) => evaluations.get(id) ?? []);
      const at = { watermarkMs, timezone, lastPointMs: null, intervalMs: null };
      const isComposite = compiled.kind === 'composite';
      evaluations.set(
        compiled.id,
        isComposite ? evaluateComposite(compiled, parts) : evaluateObjective(compiled, timeline, at),
      );
    }
    return evaluations;
  }

  #compact(nowMs: number): void {
    if (nowMs - this.#compactedMs < hourMs) return;
    this.#compactedMs = nowMs;
    const dropMs = nowMs - bookDays * dayMs;
    this.books.objectives.compact({ minuteMs: nowMs - sliceKeepMs.fine, coarseMs: nowMs - sliceKeepMs.minute, dropMs });
    this.books.days.dropBefore(this.calendar.dayOf(dropMs));
    this.books.days.packBefore(this.calendar.dayOf(nowMs - hourMs));
    this.books.traffic.dropBefore(dropMs);
  }
}

/** End of the newest complete slice, Unix ms. */
function watermarkAt(nowMs: number): number {
  return Math.floor((nowMs - watermarkLagMs) / sliceMs.fine) * sliceMs.fine;
}

const emptyState: EngineState = { watermarkMs: 0, evaluations: new Map(), triggers: [], tookMs: 0 };

function changesBetween(before: EngineState | null, now: EngineState): readonly LiveEvent[] {
  const changed = [...now.evaluations.values()].filter((one) => before?.evaluations.get(one.id)?.state !== one.state);
  const events: LiveEvent[] = [
    { type: 'tick', watermark: isoTime(now.watermarkMs), changed: changed.map((one) => one.id) },
  ];
  for (const trigger of now.triggers) {
    const from = before?.triggers.find((one) => one.id === trigger.id)?.state;
    if (from !== undefined && from !== trigger.state)
      events.push({ type: 'trigger', id: trigger.id, from, to: trigger.state });
  }
  return events;
}
