/** What one caller may send: a token bucket for requests, one for bytes, and what is in flight of it. */
import type { IntakeLimits } from './options.ts';
import { type Refusal, refuseForNow } from './refusal.ts';

/** How much of a rate may come at once, in seconds. */
const burstSeconds = 2;

/** Times are monotonic ms. */
export class CallerBudget {
  inFlightBytes = 0;
  readonly #limits: IntakeLimits;
  #requests: number;
  #bytes: number;
  #refilledMs: number;

  constructor(limits: IntakeLimits, nowMs: number) {
    this.#limits = limits;
    this.#requests = limits.maxRequestsPerSecondPerCaller * burstSeconds;
    this.#bytes = limits.maxBytesPerSecondPerCaller * burstSeconds;
    this.#refilledMs = nowMs;
  }

  /** Takes one request's worth, or says why not. Bytes are taken when their number is known, so a caller can be in debt. */
  admit(nowMs: number): Refusal | null {
    const { maxRequestsPerSecondPerCaller: requestRate, maxBytesPerSecondPerCaller: byteRate } = this.#limits;
    this.#refill(nowMs);
    if (this.#requests < 1) {
      const message = `this sender sends more than ${requestRate} requests a second; send larger batches less often`;
      return refuseForNow('rate_limited', message, ((1 - this.#requests) / requestRate) * 1_000);
    }
    if (this.#bytes <= 0) {
      const message = `this sender sends more than ${byteRate} bytes a second; sample more, or raise the limit`;
      return refuseForNow('rate_limited', message, ((1 - this.#bytes) / byteRate) * 1_000);
    }
    this.#requests -= 1;
    return null;
  }

  charge(bytes: number): void {
    this.#bytes -= bytes;
  }

  #refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#refilledMs) / 1_000;
    const { maxRequestsPerSecondPerCaller: requestRate, maxBytesPerSecondPerCaller: byteRate } = this.#limits;
    this.#requests = Math.min(requestRate * burstSeconds, this.#requests + requestRate * seconds);
    this.#bytes = Math.min(byteRate * burstSeconds, this.#bytes + byteRate * seconds);
    this.#refilledMs = nowMs;
  }
}

/** Callers that are remembered; beyond that the one that came longest ago and holds nothing is forgotten. */
const rememberedCallers = 1_024;
/** How many are looked at to find one to forget. */
const lookedAt = 16;

/** The budgets of all callers, bounded in number. */
export class CallerBudgets {
  readonly #limits: IntakeLimits;
  readonly #byCaller = new Map<string, CallerBudget>();
  /** Shared by who comes while all remembered ones are busy. */
  readonly #others: CallerBudget;

  constructor(limits: IntakeLimits, nowMs: number) {
    this.#limits = limits;
    this.#others = new CallerBudget(limits, nowMs);
  }

  of(caller: string, nowMs: number): CallerBudget {
    const known = this.#byCaller.get(caller);
    if (known !== undefined) return known;
    const isFull = this.#byCaller.size >= rememberedCallers && !this.#forgetOne();
    if (isFull) return this.#others;
    const budget = new CallerBudget(this.#limits, nowMs);
    this.#byCaller.set(caller, budget);
    return budget;
  }

  /** Those that are busy go to the end of the line. */
  #forgetOne(): boolean {
    let looked = 0;
    for (const [caller, budget] of this.#byCaller) {
      if (looked === lookedAt) break;
      looked += 1;
      this.#byCaller.delete(caller);
      if (budget.inFlightBytes === 0) return true;
      this.#byCaller.set(caller, budget);
    }
    return false;
  }
}
