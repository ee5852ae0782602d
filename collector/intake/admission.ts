/** Decides whether a body may be taken in: memory in flight, each caller's share and rate, and how far the writer is behind. */
import type { Clock } from '../../src/kernel/clock.ts';
import { largestBodyIn } from './buffer-pool.ts';
import { type CallerBudget, CallerBudgets } from './caller-budget.ts';
import type { IntakeLimits, SenderLimits } from './options.ts';
import { type Refusal, refuseFor, refuseForNow } from './refusal.ts';
import { WaitLine } from './wait-line.ts';

/** The memory that one body holds, from its first byte to its commit. */
export interface Holding {
  /** The largest body of this sender, in bytes: that of all, or half of what it may have under way, so that it fits twice for a copy. */
  readonly maxBodyBytes: number;
  /** Holds `bytes` in all from now on, or says why not. */
  readonly grow: (bytes: number) => Refusal | null;
  /** Counts `bytes` of a body against the caller's rate. */
  readonly charge: (bytes: number) => void;
  /** The body is on its way to the writer; {@link release} follows with the writer's answer. */
  readonly sent: () => void;
  /** Gives everything back; a second call does nothing. */
  readonly release: () => void;
}

/** One per collector, shared by every way in. */
export class Admission {
  readonly #limits: IntakeLimits;
  readonly #clock: Clock;
  readonly #callers: CallerBudgets;
  readonly #waiting = new WaitLine();
  #inFlightBytes = 0;

  /** `senders`: limits of single callers, in place of those that are for each. */
  constructor(limits: IntakeLimits, clock: Clock, senders: Readonly<Record<string, Partial<SenderLimits>>> = {}) {
    this.#limits = limits;
    this.#clock = clock;
    this.#callers = new CallerBudgets(limits, clock.monotonicMs(), senders);
  }

  /** Memory of bodies that were begun and not yet answered. */
  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  /** How long the body that waits longest for its commit has waited, in ms; 0 when none waits. */
  lagMs(): number {
    const since = this.#waiting.oldest();
    return since === null ? 0 : this.#clock.monotonicMs() - since;
  }

  /** Null, or why a body of this caller need not be read; costs the same however large it is. */
  admit(caller: string): Refusal | null {
    const lagMs = this.lagMs();
    const waitMs = Math.max(lagMs, this.#waiting.expectedMs());
    const { maxWriterLagMs } = this.#limits;
    if (lagMs >= maxWriterLagMs || (lagMs >= maxWriterLagMs / 4 && waitMs >= maxWriterLagMs * 2)) {
      const message = `the writer is ${Math.round(waitMs)} ms behind; send this batch again later`;
      return refuseForNow('writer_behind', message, waitMs);
    }
    if (this.#inFlightBytes >= this.#limits.maxInFlightBytes) return fullOf(lagMs);
    const nowMs = this.#clock.monotonicMs();
    return this.#callers.of(caller, nowMs).admit(nowMs);
  }

  /** For one body of this caller; `mustFit` is for what the control plane says itself, which is counted and never refused. */
  hold(caller: string, mustFit = false): Holding {
    const budget = this.#callers.of(caller, this.#clock.monotonicMs());
    const { maxInFlightBytesPerCaller: share } = budget.limits;
    let held = 0;
    let isSent = false;
    const move = (bytes: number): void => {
      held += bytes;
      this.#inFlightBytes += bytes;
      budget.inFlightBytes += bytes;
    };
    return {
      maxBodyBytes: Math.min(this.#limits.maxBodyBytes, largestBodyIn(share)),
      grow: (bytes) => {
        const more = bytes - held;
        const refusal = more <= 0 || mustFit ? null : this.#refusalOf(budget, bytes, more);
        if (refusal === null && more > 0) move(more);
        return refusal;
      },
      charge: (bytes) => budget.charge(bytes),
      sent: () => {
        isSent = true;
        this.#waiting.join(this.#clock.monotonicMs(), held);
      },
      release: () => {
        if (isSent) this.#waiting.leave(this.#clock.monotonicMs());
        isSent = false;
        move(-held);
      },
    };
  }

  #refusalOf(budget: CallerBudget, bytes: number, more: number): Refusal | null {
    const { maxInFlightBytesPerCaller: share } = budget.limits;
    if (bytes > share) {
      const message = `a body that takes ${bytes} bytes is more than ${budget.name} may have under way at all (${share}); send smaller batches`;
      return refuseFor('too_large', message);
    }
    if (this.#inFlightBytes + more > this.#limits.maxInFlightBytes) return fullOf(this.lagMs());
    if (budget.inFlightBytes + more <= share) return null;
    const message = `${budget.name} has ${budget.inFlightBytes} of ${share} bytes under way at the moment; send this batch again in a second`;
    return refuseForNow('rate_limited', message, this.lagMs());
  }
}

function fullOf(lagMs: number): Refusal {
  const message = 'too many bytes are being taken in at the moment; send this batch again in a second';
  return refuseForNow('overloaded', message, lagMs);
}
