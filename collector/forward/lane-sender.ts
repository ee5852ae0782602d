/** Empties one lane for one target: in order, again after a wait when the target is not there, never more than once after success. */
import type { Clock } from '../../src/kernel/clock.ts';
import { messageOf } from '../../src/kernel/errors.ts';
import type { Log } from '../../src/kernel/log.ts';
import { backoffMs } from '../../src/kernel/retry.ts';
import { advanceStatements, countStatement, type Lane, type QueueStatement } from './lanes.ts';
import type { SendOutcome } from './outcome.ts';
import type { QueuedRow, QueueReader } from './queue-reader.ts';

/** What a lane works with. `window`: bodies under way at once; 1 keeps them in order. */
export interface LaneParts {
  readonly target: string;
  readonly lane: Lane;
  readonly window: number;
  readonly queue: QueueReader;
  readonly send: (row: QueuedRow) => Promise<SendOutcome>;
  /** Records of an accepted body that the target left out. */
  readonly rejectedOf: (row: QueuedRow, answer: Uint8Array) => number;
  readonly save: (statements: readonly QueueStatement[]) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly isEnding: () => boolean;
}

const baseWaitMs = 1_000;
const mostWaitMs = 60_000;

/** One per target and lane. */
export class LaneSender {
  readonly #parts: LaneParts;
  /** Settled in front of nothing that is: not sent again while this process runs. */
  readonly #settled = new Map<number, readonly QueueStatement[]>();
  #attempt = 0;
  #notBefore = 0;
  #problem: string | null = null;
  #retries = 0;
  #running: Promise<void> | null = null;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** Why nothing goes out, or what was refused last; null when all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Tries since the start that ended with another one to come. */
  get retries(): number {
    return this.#retries;
  }

  /** Sends until nothing waits, or until the target is to be left alone for a while. Never throws. */
  drain(): Promise<void> {
    this.#running ??= this.#drain()
      .catch((error: unknown) => this.#wait(`the queue could not be worked: ${messageOf(error)}`, 0))
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    const { target, lane, window, queue, clock, isEnding } = this.#parts;
    while (!isEnding() && clock.monotonicMs() >= this.#notBefore) {
      const rows = queue.next(target, lane, window);
      if (rows.length === 0) return;
      const outcomes = await Promise.all(rows.map((row) => (this.#settled.has(row.id) ? null : this.#parts.send(row))));
      for (const [index, row] of rows.entries()) this.#settle(row, outcomes[index] ?? null);
      await this.#advance(rows);
      const retry = outcomes.find((outcome) => outcome?.kind === 'retry');
      if (retry?.kind === 'retry') {
        if (!isEnding()) this.#wait(retry.reason, retry.waitMs);
        return;
      }
      this.#attempt = 0;
    }
  }

  #settle(row: QueuedRow, outcome: SendOutcome | null): void {
    const { target, lane, rejectedOf, log } = this.#parts;
    const one = { bodies: 1, records: row.records };
    if (outcome === null || outcome.kind === 'retry') return;
    if (outcome.kind === 'dropped') {
      this.#settled.set(row.id, [countStatement(target, lane, outcome.outcome, one)]);
      const problem = `a body was refused for good: ${outcome.reason}`;
      if (problem !== this.#problem) log.warn({ target, lane }, `forwarding ${lane} to ${target}: ${problem}`);
      this.#problem = problem;
      return;
    }
    if (this.#attempt > 0) log.info({ target, lane }, `forwarding ${lane} to ${target}: it takes bodies again`);
    this.#problem = null;
    this.#attempt = 0;
    const rejected = outcome.answers.reduce((sum, answer) => sum + rejectedOf(row, answer), 0);
    const partly = [{ outcome: 'rejected_by_receiver', records: rejected }, ...outcome.refused].filter(
      ({ records }) => records > 0,
    );
    this.#settled.set(row.id, [
      countStatement(target, lane, 'sent', one),
      ...partly.map(({ outcome: why, records }) => countStatement(target, lane, why, { bodies: 0, records })),
    ]);
  }

  /** The cursor goes to the last row before the first that is still to be sent. */
  async #advance(rows: readonly QueuedRow[]): Promise<void> {
    const { target, lane, save } = this.#parts;
    const open = rows.findIndex(({ id }) => !this.#settled.has(id));
    const done = open === -1 ? rows : rows.slice(0, open);
    const last = done.at(-1);
    if (last === undefined) return;
    const counts = done.flatMap(({ id }) => this.#settled.get(id) ?? []);
    await save([...counts, ...advanceStatements(target, lane, last.id)]);
    for (const { id } of done) this.#settled.delete(id);
  }

  #wait(reason: string, waitMs: number): void {
    const { target, lane, clock, random, log } = this.#parts;
    const jitter = backoffMs(this.#attempt, baseWaitMs, mostWaitMs, random);
    if (this.#attempt === 0)
      log.warn({ target, lane }, `forwarding ${lane} to ${target}: ${reason}; it is kept and tried again`);
    this.#attempt += 1;
    this.#retries += 1;
    this.#problem = reason;
    this.#notBefore = clock.monotonicMs() + Math.max(waitMs, jitter);
  }
}
