/** Watches everyone who is still sending, and cuts off who sends next to nothing. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../src/kernel/clock.ts';
import type { IntakeLimits } from './options.ts';

/** One request whose body is on its way; `bytes` is counted up by who reads it. */
export interface Sender {
  bytes: number;
  markBytes: number;
  markMs: number;
  readonly untilMs: number;
  readonly request: IncomingMessage;
  readonly cut: () => void;
}

/** One timer looks after all of them, so that a request costs none. */
export class SlowSenders {
  readonly #senders = new Set<Sender>();
  readonly #limits: IntakeLimits;
  readonly #clock: Clock;

  constructor(limits: IntakeLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** `cut` is called once when the request is too slow, or still sending after `withinMs`. */
  follow(request: IncomingMessage, cut: () => void, withinMs = Number.POSITIVE_INFINITY): Sender {
    const markMs = this.#clock.monotonicMs();
    const sender = { bytes: 0, markBytes: 0, markMs, untilMs: markMs + withinMs, request, cut };
    this.#senders.add(sender);
    return sender;
  }

  forget(sender: Sender): void {
    this.#senders.delete(sender);
  }

  /** To be called about once a second. Who waits for us is not slow. */
  sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    const { slowSenderMs, slowSenderBytesPerSecond } = this.#limits;
    for (const sender of this.#senders) {
      const elapsedMs = nowMs - sender.markMs;
      const isDue = elapsedMs >= slowSenderMs;
      const isSlow =
        isDue &&
        !sender.request.isPaused() &&
        sender.bytes - sender.markBytes < (slowSenderBytesPerSecond * elapsedMs) / 1_000;
      if (isSlow || nowMs >= sender.untilMs) {
        this.#senders.delete(sender);
        sender.cut();
      } else if (isDue) {
        sender.markBytes = sender.bytes;
        sender.markMs = nowMs;
      }
    }
  }
}
