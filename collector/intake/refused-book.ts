/** Which bodies were refused: by the way in and the reason, and by who sent them; bounded however many they are. */
import type { Clock } from '../../src/kernel/clock.ts';
import { minuteMs } from '../../src/kernel/duration.ts';
import type { Log } from '../../src/kernel/log.ts';

/** How telemetry comes in; `own` is what the control plane says itself. */
export type WayIn = 'http' | 'grpc' | 'faro' | 'scrape' | 'own';

/** A body of which nothing was stored. */
export interface RefusedBody {
  readonly way: WayIn;
  /** In snake_case, of a closed list. */
  readonly reason: string;
  /** The name of its token, else where it came from; no secret. */
  readonly sender: string;
  /** What the sender was told. */
  readonly message?: string | undefined;
}

/** So many bodies, the last one at `lastMs` (Unix ms). */
export interface RefusedCount {
  readonly way: WayIn;
  readonly reason: string;
  readonly count: number;
  readonly lastMs: number;
}

/** One sender's; `reasons` like `[reason, bodies]`, the most first. */
export interface RefusedSender {
  readonly sender: string;
  readonly count: number;
  readonly reasons: readonly (readonly [string, number])[];
  readonly lastMs: number;
}

/** Stands for every sender that is not among the first. */
export const otherSenders = 'others';
const namedSenders = 32;
/** Senders whose refusals are counted towards being named. */
const candidateSenders = 256;
/** One line of log a sender and reason in so long. */
const quietMs = minuteMs;

/** Of one sender. `weight` decides who is named: all that was refused of it as far as is remembered. */
interface Row {
  weight: number;
  lastMs: number;
  readonly reasons: Map<string, number>;
  readonly said: Map<string, { atMs: number; since: number }>;
}

/** One per collector; counts never go back, except that a sender which is no longer named is counted with the others. */
export class RefusedBook {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #counts = new Map<string, { way: WayIn; reason: string; count: number; lastMs: number }>();
  readonly #rows = new Map<string, Row>();
  readonly #others: Row = emptyRow(0);
  readonly #candidates = new Map<string, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  count(refused: RefusedBody): void {
    const { way, reason, sender } = refused;
    const nowMs = this.#clock.nowMs();
    const key = `${way} ${reason}`;
    const known = this.#counts.get(key) ?? { way, reason, count: 0, lastMs: nowMs };
    this.#counts.set(key, { ...known, count: known.count + 1, lastMs: nowMs });
    const row = this.#rowOf(sender);
    row.weight += 1;
    row.lastMs = nowMs;
    row.reasons.set(reason, (row.reasons.get(reason) ?? 0) + 1);
    this.#say(row, refused);
  }

  /** By way and reason, the most first. */
  byWay(): readonly RefusedCount[] {
    return [...this.#counts.values()].sort((left, right) => right.count - left.count);
  }

  /** At most 32 senders, the most refused first, then all others together. */
  bySender(): readonly RefusedSender[] {
    const named = [...this.#rows]
      .map(([sender, row]) => senderOf(sender, row))
      .sort((left, right) => right.count - left.count);
    const others = senderOf(otherSenders, this.#others);
    return others.count === 0 ? named : [...named, others];
  }

  #rowOf(sender: string): Row {
    const known = this.#rows.get(sender);
    if (known !== undefined) return known;
    if (this.#rows.size < namedSenders) return this.#name(sender, 0);
    const weight = (this.#candidates.get(sender) ?? 0) + 1;
    const [least, row] = [...this.#rows].reduce((left, right) => (right[1].weight < left[1].weight ? right : left));
    if (weight <= row.weight) {
      this.#candidates.delete(sender);
      this.#candidates.set(sender, weight);
      const [oldest] = this.#candidates.keys();
      if (this.#candidates.size > candidateSenders && oldest !== undefined) this.#candidates.delete(oldest);
      return this.#others;
    }
    for (const [reason, count] of row.reasons) {
      this.#others.reasons.set(reason, (this.#others.reasons.get(reason) ?? 0) + count);
    }
    this.#rows.delete(least);
    this.#candidates.delete(sender);
    return this.#name(sender, weight - 1);
  }

  #name(sender: string, weight: number): Row {
    const row = emptyRow(weight);
    this.#rows.set(sender, row);
    return row;
  }

  #say(row: Row, { way, reason, sender, message }: RefusedBody): void {
    const nowMs = this.#clock.monotonicMs();
    const said = row.said.get(reason) ?? { atMs: Number.NEGATIVE_INFINITY, since: 0 };
    const since = said.since + 1;
    if (nowMs - said.atMs < quietMs) {
      row.said.set(reason, { ...said, since });
      return;
    }
    row.said.set(reason, { atMs: nowMs, since: 0 });
    const bodies = since === 1 ? 'a body' : `${since} bodies`;
    // What is said of a malformed body may quote it.
    const why = message === undefined || reason === 'malformed_body' ? '' : `: ${message}`;
    this.#log.warn({ sender, way, reason, bodies: since }, `refused ${bodies} of ${sender} by ${way}, ${reason}${why}`);
  }
}

function emptyRow(weight: number): Row {
  return { weight, lastMs: 0, reasons: new Map(), said: new Map() };
}

function senderOf(sender: string, { reasons, lastMs }: Row): RefusedSender {
  const sorted = [...reasons].sort((left, right) => right[1] - left[1]);
  return { sender, count: sorted.reduce((sum, [, count]) => sum + count, 0), reasons: sorted, lastMs };
}
