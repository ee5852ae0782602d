/**
 * The noisy-neighbour contrast day by day. It needs minutes, which are stored for three days, so it is taken when a day closes
 * and kept; a day that was never taken stays unknown.
 */
import type { HistoryReader } from '../../collector/index.ts';
import { worstNeighbour } from '../evidence/index.ts';
import { sliceKeepMs } from '../kernel/conventions.ts';
import { dayMs } from '../kernel/duration.ts';
import { seededRandom } from '../kernel/ids.ts';
import { type ContrastOfDay, contrastDay, type DayStatistic, type TriggerDefinition } from '../readiness/index.ts';
import type { Calendar, DayRange } from './calendar.ts';
import { ContrastMinutes } from './contrast-minutes.ts';

/** What is kept of one trigger's day. */
export interface StoredContrast {
  readonly trigger: string;
  readonly contrast: ContrastOfDay;
}

/** Where contrasts are kept; a read-only database gives what is there and keeps nothing new. */
export interface ContrastStore {
  readonly read: () => readonly StoredContrast[];
  readonly save: ((stored: StoredContrast) => void) | null;
}

/** The table behind {@link ContrastStore}; the engine's only one. */
export const engineMigrations = [
  {
    owner: 'engine',
    version: 1,
    sql: `CREATE TABLE engine_contrast_days (
      trigger TEXT NOT NULL, day TEXT NOT NULL, contrast TEXT NOT NULL, PRIMARY KEY (trigger, day)
    ) STRICT, WITHOUT ROWID`,
  },
] as const;

type ContrastDefinition = TriggerDefinition & { readonly measure: { readonly kind: 'contrast' } };

interface Reading {
  readonly definition: ContrastDefinition;
  readonly range: DayRange;
  readonly minutes: ContrastMinutes;
}

/** A class because it keeps what it has taken. */
export class ContrastDays {
  readonly #reader: HistoryReader;
  readonly #calendar: Calendar;
  readonly #store: ContrastStore;
  readonly #definitions: readonly ContrastDefinition[];
  readonly #taken = new Map<string, ContrastOfDay>();
  readonly #tried = new Set<string>();
  #reading: Reading | null = null;

  constructor(
    definitions: readonly TriggerDefinition[],
    parts: { readonly reader: HistoryReader; readonly calendar: Calendar; readonly store: ContrastStore },
  ) {
    this.#reader = parts.reader;
    this.#calendar = parts.calendar;
    this.#store = parts.store;
    this.#definitions = definitions.filter((one): one is ContrastDefinition => one.measure.kind === 'contrast');
    for (const { trigger, contrast } of this.#store.read()) this.#taken.set(keyOf(trigger, contrast.day), contrast);
  }

  /** The statistic of a closed day; unknown when it was not taken. */
  of(definition: TriggerDefinition, day: string): DayStatistic {
    const nothing = { effectMs: null, interval: null, minutes: 0, victimBreached: null, synthetic: false };
    const reason = 'no contrast was taken: it needs minutes of this day, which are stored for three days';
    return contrastDay(definition, this.#taken.get(keyOf(definition.id, day)) ?? { day, ...nothing, reason });
  }

  /** Reads on in at most one closed day per call, a bounded part of it. `changed` days are looked at again. */
  takeOne(watermarkMs: number, changed: ReadonlySet<string>): void {
    if (this.#store.save === null) return;
    const closed = this.#calendar.daysUntil(watermarkMs, Math.floor(sliceKeepMs.minute / dayMs)).slice(0, -1);
    for (const { id } of this.#definitions) for (const day of changed) this.#tried.delete(keyOf(id, day));
    if (this.#reading !== null && changed.has(this.#reading.range.day)) this.#reading = null;
    this.#reading ??= this.#nextDay(closed);
    if (this.#reading === null || this.#reading.minutes.step()) return;
    const { definition, range, minutes } = this.#reading;
    this.#reading = null;
    this.#tried.add(keyOf(definition.id, range.day));
    this.#take(definition, range, minutes);
  }

  #nextDay(closed: readonly DayRange[]): Reading | null {
    for (const definition of this.#definitions) {
      for (const range of closed) {
        const key = keyOf(definition.id, range.day);
        if (this.#tried.has(key) || this.#taken.get(key)?.effectMs != null) continue;
        return { definition, range, minutes: new ContrastMinutes(this.#reader, range, definition.measure.victims) };
      }
    }
    return null;
  }

  #take(definition: ContrastDefinition, { day, fromMs }: DayRange, minutes: ContrastMinutes): void {
    const { measure } = definition;
    const contrast = worstNeighbour(minutes.slices(), measure.aggressor, measure.victims, {
      victimLimitMs: measure.victimLimit * 1_000,
      minimumMinutes: measure.minimumMinutes,
      random: seededRandom(fromMs / 1_000),
    });
    const taken: ContrastOfDay = { day, ...contrast };
    this.#taken.set(keyOf(definition.id, day), taken);
    if (contrast.effectMs !== null) this.#store.save?.({ trigger: definition.id, contrast: taken });
  }
}

function keyOf(trigger: string, day: string): string {
  return `${day} ${trigger}`;
}
