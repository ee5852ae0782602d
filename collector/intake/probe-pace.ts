/** How often each probe reports, and the time that one of its runs speaks for. */
import { label } from '../../src/kernel/conventions.ts';
import { dayMs, minuteMs } from '../../src/kernel/duration.ts';
import type { Series } from '../../src/kernel/series.ts';
import type { PresenceStore } from '../history/index.ts';

interface Pace {
  timeMs: number;
  /** Null until a second run has come. */
  intervalMs: number | null;
}

/** How fast a probe's interval follows a change, such as the quick runs that confirm a failure. */
const intervalGain = 0.25;
/** A pause longer than this many intervals is a hole in what is known; one interval may be late, two were missed. */
const bridgedIntervals = 2.5;
const leastBridgedMs = minuteMs;

/** One per writer. Remembers in memory; what a restart forgets is taken from the presence of the signal. */
export class ProbePace {
  readonly #presence: PresenceStore;
  /** Signal → probe → pace. */
  readonly #signals = new Map<string, Map<string, Pace>>();

  constructor(presence: PresenceStore) {
    this.#presence = presence;
  }

  /**
   * A run of [startMs, timeMs] (Unix ms) says something of the time since the same probe's run before, whatever its outcome. The signal
   * is as fresh as its quickest probe. `durationMs`: length of the slices of that age.
   */
  note(series: Series, startMs: number, timeMs: number, durationMs: number): void {
    const { signal } = series;
    const paces = this.#signals.get(signal) ?? new Map<string, Pace>();
    this.#signals.set(signal, paces);
    const probe = series.labels[label.probe] ?? '';
    const pace = paces.get(probe);
    this.#presence.mark(signal, 'probe', this.#spokenFrom(signal, pace, startMs, timeMs), timeMs, durationMs);
    if (pace === undefined) paces.set(probe, { timeMs, intervalMs: null });
    else if (timeMs > pace.timeMs) {
      const gapMs = timeMs - pace.timeMs;
      pace.intervalMs = pace.intervalMs === null ? gapMs : pace.intervalMs + intervalGain * (gapMs - pace.intervalMs);
      pace.timeMs = timeMs;
    }
    const known = [...paces.values()].flatMap(({ intervalMs }) => (intervalMs === null ? [] : [intervalMs]));
    this.#presence.setPace(signal, 'probe', timeMs, known.length === 0 ? null : Math.min(...known));
  }

  #spokenFrom(signal: string, pace: Pace | undefined, startMs: number, timeMs: number): number {
    const stored = this.#presence.paceOf(signal, 'probe');
    const beforeMs = pace?.timeMs ?? stored?.lastPointMs ?? 0;
    const intervalMs = pace?.intervalMs ?? stored?.intervalMs ?? 0;
    const gapMs = timeMs - beforeMs;
    if (gapMs >= 0 && gapMs <= Math.max(leastBridgedMs, bridgedIntervals * intervalMs)) return beforeMs;
    return startMs > 0 && timeMs - startMs <= dayMs ? startMs : timeMs;
  }
}
