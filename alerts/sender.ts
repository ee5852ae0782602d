/** Sends what is due: one attempt at a time per sink, each begun on disk before it is made, below the sink's rate. */
import type { Clock } from '../src/kernel/clock.ts';
import { messageOf } from '../src/kernel/errors.ts';
import type { Log } from '../src/kernel/log.ts';
import type { AlertFacts } from './message.ts';
import { beginAttempt, endAttempt, nextDue, type Outbox, type OutboxRow, type SendOutcome } from './outbox.ts';
import { policy } from './policy.ts';
import type { Delivery, Sink } from './sinks/sink.ts';

export interface SenderOptions {
  readonly sinks: readonly Sink[];
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly outbox: () => Outbox;
  /** Changes the outbox, in turn with everybody else; resolves when it is on disk. */
  readonly change: (work: (outbox: Outbox) => Outbox) => Promise<void>;
  /** What is open at a sink that forgets. */
  readonly openAt: (sink: string) => readonly AlertFacts[];
}

/** Attempts since the start, by outcome. */
export interface SinkCounts {
  readonly sink: string;
  readonly sent: number;
  readonly failed: number;
  readonly dead: number;
}

/** What the sender knows of a sink beside the outbox: its rate, its pause, how the last refresh went. */
interface Pace {
  attemptsAt: number[];
  pausedUntilMs: number;
  refreshedAtMs: number | null;
  refreshFailure: string | null;
  counts: { sent: number; failed: number; dead: number };
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #paces: ReadonlyMap<string, Pace>;
  readonly #running = new Map<string, Promise<void>>();
  /** Sinks that were asked for again while they were sending. */
  readonly #again = new Set<string>();
  readonly #stop = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#paces = new Map(options.sinks.map((sink) => [sink.id, newPace(sink.id, options)]));
  }

  /** Sends everything that is due now; never throws. A sink that is already sending goes on. */
  async pump(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    await Promise.all(this.#options.sinks.map((sink) => this.#once(sink)));
  }

  counts(): readonly SinkCounts[] {
    return [...this.#paces].map(([sink, { counts }]) => ({ sink, ...counts }));
  }

  /** Why the last refresh of a forgetting sink failed, or null. */
  refreshFailure(sink: string): string | null {
    return this.#paces.get(sink)?.refreshFailure ?? null;
  }

  /** Ends the attempts in progress; they are made again after the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  #once(sink: Sink): Promise<void> {
    const running = this.#running.get(sink.id);
    if (running !== undefined) {
      this.#again.add(sink.id);
      return running;
    }
    const work = this.#drain(sink)
      .catch((error: unknown) =>
        this.#options.log.error({ sink: sink.id, reason: messageOf(error) }, 'notifications could not be recorded'),
      )
      .finally(() => this.#running.delete(sink.id));
    this.#running.set(sink.id, work);
    return work;
  }

  async #drain(sink: Sink): Promise<void> {
    const pace = this.#paces.get(sink.id) ?? newPace(sink.id, this.#options);
    do {
      this.#again.delete(sink.id);
      await this.#sendDue(sink, pace);
      await this.#refresh(sink, pace);
    } while (this.#again.has(sink.id) && !this.#stop.signal.aborted);
  }

  async #sendDue(sink: Sink, pace: Pace): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const row = this.#isHeldBack(pace) ? null : nextDue(this.#options.outbox(), sink.id, this.#now());
      if (row === null) return;
      await this.#attempt(sink, row, pace);
    }
  }

  async #attempt(sink: Sink, row: OutboxRow, pace: Pace): Promise<void> {
    const { change, random, log } = this.#options;
    let isCancelled = false;
    await change((outbox) => {
      const current = outbox.get(row.seq);
      isCancelled = current !== row;
      return isCancelled ? outbox : new Map(outbox).set(row.seq, beginAttempt(row, this.#now()));
    });
    if (isCancelled || this.#stop.signal.aborted) return;
    pace.attemptsAt.push(this.#now());
    const outcome = await sink.send(row.message, this.#delivery(String(row.seq)));
    if (this.#stop.signal.aborted && outcome.kind === 'retry') return; // ended by us: begun and in doubt, as it is stored
    const endedMs = this.#now();
    await change((outbox) => endAttempt(outbox, row, outcome, endedMs, random));
    const after = this.#options.outbox().get(row.seq);
    count(pace, outcome, after);
    if (outcome.kind === 'accepted') return;
    pace.pausedUntilMs = Math.max(
      pace.pausedUntilMs,
      endedMs + pauseMs(outcome, (after?.nextAtMs ?? endedMs) - endedMs),
    );
    log.warn(
      { sink: sink.id, action: row.action, attempts: row.attempts + 1, reason: outcome.reason },
      'a notification was not taken',
    );
  }

  /** Repeats what is open at a sink that forgets, once a minute and at the start. */
  async #refresh(sink: Sink, pace: Pace): Promise<void> {
    if (sink.refresh === null || this.#stop.signal.aborted) return;
    const nowMs = this.#now();
    const since = pace.refreshedAtMs === null ? null : nowMs - pace.refreshedAtMs;
    if (since !== null && since >= 0 && since < policy.alertmanagerRefreshMs) return;
    const alerts = this.#options.openAt(sink.id);
    if (alerts.length === 0) return;
    pace.refreshedAtMs = nowMs;
    const outcome = await sink.refresh(alerts, this.#delivery('refresh'));
    pace.refreshFailure = outcome.kind === 'accepted' ? null : outcome.reason;
    if (outcome.kind !== 'accepted' && !this.#stop.signal.aborted) {
      this.#options.log.warn({ sink: sink.id, reason: outcome.reason }, 'open alerts could not be repeated');
    }
  }

  #isHeldBack(pace: Pace): boolean {
    const nowMs = this.#now();
    pace.attemptsAt = pace.attemptsAt.filter((at) => nowMs - at < 60_000 && at <= nowMs);
    const waitMs = pace.pausedUntilMs - nowMs;
    const isPaused = waitMs > 0 && waitMs <= policy.backoffCapMs + policy.rateLimitedWaitMs;
    return isPaused || pace.attemptsAt.length >= policy.attemptsPerMinute;
  }

  #delivery(id: string): Delivery {
    return { id: `${this.#options.instanceId}-${id}`, nowMs: this.#now(), signal: this.#stop.signal };
  }

  #now(): number {
    return this.#options.clock.nowMs();
  }
}

/** The attempts of the last minute are known from the outbox, so that a restart does not begin with a burst. */
function newPace(sink: string, { outbox, clock }: SenderOptions): Pace {
  const nowMs = clock.nowMs();
  const tried = [...outbox().values()].filter((row) => row.sink === sink && row.attempts > 0);
  return {
    attemptsAt: tried.map((row) => row.atMs).filter((at) => nowMs - at < 60_000),
    pausedUntilMs: 0,
    refreshedAtMs: null,
    refreshFailure: null,
    counts: { sent: 0, failed: 0, dead: 0 },
  };
}

/** A rate limit is the whole sink's; another failure holds up its other rows only briefly. */
function pauseMs(outcome: SendOutcome, waitMs: number): number {
  if (outcome.kind !== 'retry') return 0;
  return outcome.minimumWaitMs > 0 ? Math.max(outcome.minimumWaitMs, waitMs) : Math.min(waitMs, policy.sinkPauseCapMs);
}

function count(pace: Pace, outcome: SendOutcome, row: OutboxRow | undefined): void {
  if (outcome.kind === 'accepted') pace.counts.sent++;
  else if (row?.state === 'dead') pace.counts.dead++;
  else pace.counts.failed++;
}
