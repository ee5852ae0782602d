/** What one caller may send: a token bucket for requests, one for bytes, and what is in flight of it. */
import type { IntakeLimits, SenderLimits } from './options.ts';
import { type Refusal, refuseForNow } from './refusal.ts';
import { TokenBucket } from './token-bucket.ts';

/** How much of a rate may come at once, in seconds. */
const burstSeconds = 2;

/** Times are monotonic ms. */
export class CallerBudget {
  inFlightBytes = 0;
  /** Who it is, in words of a sentence. */
  readonly name: string;
  readonly limits: SenderLimits;
  readonly #requests: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(name: string, limits: SenderLimits, nowMs: number) {
    const { maxRequestsPerSecondPerCaller: requestRate, maxBytesPerSecondPerCaller: byteRate } = limits;
    this.name = name;
    this.limits = limits;
    this.#requests = new TokenBucket(requestRate, Math.max(1, requestRate * burstSeconds), nowMs);
    this.#bytes = new TokenBucket(byteRate, Math.max(1, byteRate * burstSeconds), nowMs);
  }

  /** Takes one request's worth, or says why not. Bytes are taken when their number is known, so a caller can be in debt. */
  admit(nowMs: number): Refusal | null {
    const { maxRequestsPerSecondPerCaller: requestRate, maxBytesPerSecondPerCaller: byteRate } = this.limits;
    const requestWaitMs = this.#requests.waitMs(nowMs);
    if (requestWaitMs > 0) {
      const message = `${this.name} sends more than ${requestRate} requests a second; send larger batches less often`;
      return refuseForNow('rate_limited', message, requestWaitMs);
    }
    const byteWaitMs = this.#bytes.waitMs(nowMs);
    if (byteWaitMs > 0) {
      const message = `${this.name} sends more than ${byteRate} bytes a second; sample more, or raise its limit`;
      return refuseForNow('rate_limited', message, byteWaitMs);
    }
    this.#requests.spend(1);
    return null;
  }

  charge(bytes: number): void {
    this.#bytes.spend(bytes);
  }
}

/** Callers that are remembered; beyond that the one that came longest ago and holds nothing is forgotten. */
const rememberedCallers = 1_024;
/** How many are looked at to find one to forget. */
const lookedAt = 16;

/** The budgets of all callers, bounded in number. Those of `named` have limits of their own and are never forgotten. */
export class CallerBudgets {
  readonly #limits: IntakeLimits;
  readonly #named: ReadonlyMap<string, CallerBudget>;
  readonly #byCaller = new Map<string, CallerBudget>();
  /** Shared by who comes while all remembered ones are busy. */
  readonly #others: CallerBudget;

  constructor(limits: IntakeLimits, nowMs: number, named: Readonly<Record<string, Partial<SenderLimits>>> = {}) {
    this.#limits = limits;
    this.#others = new CallerBudget('the crowd of senders that this one is part of', limits, nowMs);
    this.#named = new Map(
      Object.entries(named).map(([caller, own]) => [caller, budgetOf(caller, { ...limits, ...own }, nowMs)]),
    );
  }

  of(caller: string, nowMs: number): CallerBudget {
    const known = this.#named.get(caller) ?? this.#byCaller.get(caller);
    if (known !== undefined) return known;
    const isFull = this.#byCaller.size >= rememberedCallers && !this.#forgetOne();
    if (isFull) return this.#others;
    const budget = budgetOf(caller, this.#limits, nowMs);
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

function budgetOf(caller: string, limits: SenderLimits, nowMs: number): CallerBudget {
  return new CallerBudget(`the sender ${caller}`, limits, nowMs);
}
