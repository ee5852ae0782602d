/** The time that judging goes by: the clock as far as it runs evenly, and through a jump of it the time that the senders' points confirm. */
import type { Clock } from '../kernel/clock.ts';
import { hourMs, minuteMs } from '../kernel/duration.ts';

/** A step ahead up to this much is no jump. */
const evenMs = 2 * minuteMs;
/** Points this close to the clock's time confirm it. */
const nearMs = 5 * minuteMs;
/** Without a point that contradicts it for so long, a clock that has jumped is believed. */
const patienceMs = 10 * minuteMs;
/** A clock that is behind by no more than this is waited for: what was judged is not judged again. */
const mostWaitMs = 2 * hourMs;

/**
 * Never goes back, but for a clock that is more than two hours behind and that no sender contradicts for ten minutes. While the clock is
 * behind it goes on only as far as points come; while the clock is ahead it goes on at its old pace until points of the new time come.
 */
export class JudgingClock {
  readonly #clock: Clock;
  #nowMs: number;
  #monotonicMs: number;
  /** Newest point of a sender, and when it last moved on, by the clock that only goes forward. */
  #newestMs: number;
  #movedMs: number;
  #jumpedMs: number | null = null;

  /** `storedUntilMs`: the newest stored point (Unix ms), null without one: a restart does not go back behind it either. */
  constructor(clock: Clock, storedUntilMs: number | null) {
    const wallMs = clock.nowMs();
    const isNear = storedUntilMs !== null && storedUntilMs <= wallMs + mostWaitMs;
    this.#clock = clock;
    this.#monotonicMs = clock.monotonicMs();
    this.#movedMs = this.#monotonicMs;
    this.#newestMs = isNear ? storedUntilMs : Number.NEGATIVE_INFINITY;
    this.#nowMs = isNear && storedUntilMs > wallMs + nearMs ? storedUntilMs : wallMs;
  }

  /** A point of a sender was counted, at this time (Unix ms). */
  note(pointMs: number): void {
    if (pointMs <= this.#newestMs) return;
    this.#newestMs = pointMs;
    this.#movedMs = this.#clock.monotonicMs();
  }

  /** Unix ms. */
  nowMs(): number {
    const wallMs = this.#clock.nowMs();
    const monotonicMs = this.#clock.monotonicMs();
    const evenNowMs = this.#nowMs + Math.max(0, monotonicMs - this.#monotonicMs);
    this.#monotonicMs = monotonicMs;
    const isAhead = wallMs > evenNowMs + evenMs;
    if (!isAhead && wallMs >= this.#nowMs) return this.#follow(wallMs);
    this.#jumpedMs ??= monotonicMs;
    const isUncontradicted = monotonicMs - Math.max(this.#jumpedMs, this.#movedMs) >= patienceMs;
    if (isAhead) {
      if (isUncontradicted || this.#newestMs >= wallMs - nearMs) return this.#follow(wallMs);
      this.#nowMs = evenNowMs;
    } else if (isUncontradicted && this.#nowMs - wallMs > mostWaitMs) {
      this.#newestMs = Number.NEGATIVE_INFINITY;
      return this.#follow(wallMs);
    } else this.#nowMs = Math.max(this.#nowMs, Math.min(evenNowMs, this.#newestMs));
    return this.#nowMs;
  }

  /** How far the clock is from it, in words for people; null while they agree. */
  disagreement(): string | null {
    const apartMs = this.#clock.nowMs() - this.nowMs();
    if (this.#jumpedMs === null) return null;
    const minutes = Math.round(Math.abs(apartMs) / minuteMs);
    return apartMs < 0
      ? `the clock was set back: it is ${minutes} min behind what is judged, which waits for it`
      : `the clock has jumped ahead by ${minutes} min; it is believed when telemetry of that time comes`;
  }

  #follow(wallMs: number): number {
    this.#jumpedMs = null;
    this.#nowMs = wallMs;
    return wallMs;
  }
}
