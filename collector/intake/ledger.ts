/** What came in and what did not, since the start: the totals of the writer with what was refused before it. */
import type { Clock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { IntakeStats } from './notice.ts';
import { RollingRates } from './rates.ts';
import { type RefusedBody, RefusedBook } from './refused-book.ts';
import type { Tally } from './tally.ts';
import type { TelemetryKind } from './writer-messages.ts';

/** One per collector. */
export class Ledger {
  readonly #clock: Clock;
  readonly #book: RefusedBook;
  readonly #rates = new RollingRates();
  readonly #lastBodyMs: Record<TelemetryKind, number | null> = { traces: null, metrics: null, logs: null };

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#book = new RefusedBook(clock, log);
  }

  refused(refused: RefusedBody): void {
    this.#book.count(refused);
  }

  /** A body of somebody else is on disk. */
  stored(telemetry: TelemetryKind): void {
    this.#lastBodyMs[telemetry] = this.#clock.nowMs();
  }

  /** To be called about once a second with the writer's totals. */
  look(total: Tally): void {
    this.#rates.look(this.#clock.monotonicMs(), total);
  }

  stats(total: Tally, queueBytes: number): IntakeStats {
    const { overflowed, rejected, rejectedRecords, ...rest } = total;
    const refused = this.#book.byWay();
    const all: Record<string, number> = { ...rejected };
    for (const { way, reason, count } of refused) if (way !== 'faro') all[reason] = (all[reason] ?? 0) + count;
    if (overflowed > 0) all.series_overflow = (all.series_overflow ?? 0) + overflowed;
    return {
      ...rest,
      ...{ overflowed, refused, queueBytes },
      rejected: all,
      rejectedRecords: recordsIn(rejectedRecords),
      refusedSenders: this.#book.bySender(),
      rates: this.#rates.rates(this.#clock.monotonicMs(), total),
      lastBodyMs: { ...this.#lastBodyMs },
    };
  }
}

function recordsIn(counts: Tally['rejectedRecords']): IntakeStats['rejectedRecords'] {
  return Object.entries(counts)
    .map(([key, count]) => {
      const [signal = '', reason = ''] = key.split(' ');
      return { signal, reason, count };
    })
    .sort((left, right) => right.count - left.count);
}
