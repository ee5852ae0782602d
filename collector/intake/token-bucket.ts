/** How much may come: a steady rate, and a burst above it. */
import { secondMs } from '../../src/kernel/duration.ts';

/** Starts full. Times are monotonic ms; what is taken may be requests, bytes, anything that adds up. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledMs: number;

  /** `perSecond` > 0; `burst`, at least 1, may come at once. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledMs = nowMs;
  }

  /** How long until there is a token, in ms; 0 when there is one. Takes nothing. */
  waitMs(nowMs: number): number {
    const seconds = Math.max(0, nowMs - this.#filledMs) / secondMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + seconds * this.#perSecond);
    this.#filledMs = nowMs;
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#perSecond) * secondMs;
  }

  /** May take more than there is: the debt is paid before the next token comes. */
  spend(count: number): void {
    this.#tokens -= count;
  }
}
