/** How fast telemetry comes in: over the last minute, from totals that are looked at about once a second. */
import { minuteMs, secondMs } from '../../src/kernel/duration.ts';

/** Totals that only grow. */
export interface IntakeTotals {
  readonly spans: number;
  readonly points: number;
  readonly logs: number;
  readonly bytes: number;
}

/** Per second; `overMs` is what they are the mean of, at most a little more than a minute. */
export interface IntakeRates {
  readonly spans: number;
  readonly points: number;
  readonly logs: number;
  readonly bytes: number;
  readonly overMs: number;
}

interface Look {
  readonly atMs: number;
  readonly totals: IntakeTotals;
}

/** One per collector. Times are monotonic ms. */
export class RollingRates {
  #looks: readonly Look[] = [];

  /** To be called about once a second; more often costs nothing. */
  look(atMs: number, { spans, points, logs, bytes }: IntakeTotals): void {
    const last = this.#looks.at(-1);
    if (last !== undefined && atMs - last.atMs < secondMs / 2) return;
    const looks = [...this.#looks, { atMs, totals: { spans, points, logs, bytes } }];
    // The first that is a minute old is the one to compare with; older ones are not needed any more.
    const first = looks.findLastIndex((look) => atMs - look.atMs >= minuteMs);
    this.#looks = first <= 0 ? looks : looks.slice(first);
  }

  /** Null in the first second. */
  rates(atMs: number, totals: IntakeTotals): IntakeRates | null {
    const first = this.#looks.findLast((look) => atMs - look.atMs >= minuteMs) ?? this.#looks[0];
    const overMs = atMs - (first?.atMs ?? atMs);
    if (first === undefined || overMs < secondMs) return null;
    const rate = (name: keyof IntakeTotals): number => ((totals[name] - first.totals[name]) * secondMs) / overMs;
    return { spans: rate('spans'), points: rate('points'), logs: rate('logs'), bytes: rate('bytes'), overMs };
  }
}
