/** The main thread's end of the writer: sends bodies and statements, hands out replies and notices. */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../src/kernel/clock.ts';
import { AppError, messageOf } from '../../src/kernel/errors.ts';
import type { Log } from '../../src/kernel/log.ts';
import { BufferPool, type Slot } from './buffer-pool.ts';
import { CrowdWatch } from './crowd-watch.ts';
import type { SilentInstance } from './instance-watch.ts';
import type { CommitNotice } from './notice.ts';
import { unpackNotice } from './packed-slices.ts';
import { createSteadyTime } from './steady-time.ts';
import { addTally, emptyTally, type Tally } from './tally.ts';
import type {
  BodyMessage,
  Failure,
  FromWriter,
  ToWriter,
  WriteMessage,
  WriterReply,
  WriterSetup,
} from './writer-messages.ts';

/** A body and what is known of it. */
export type OutgoingBody = Pick<BodyMessage, 'telemetry' | 'encoding' | 'source' | 'mayBackfill' | 'length' | 'via'> & {
  readonly slot: Slot;
};

/** One per collector. */
export class WriterClient {
  readonly pool = new BufferPool();
  readonly total: Tally = emptyTally();
  readonly crowd = new CrowdWatch();
  /** Not heard of while others of their service are; at most a round of housekeeping old. */
  silentInstances: readonly SilentInstance[] = [];
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #steadyMs: () => number;
  readonly #log: Log;
  readonly #listeners = new Set<(notice: CommitNotice) => void>();
  readonly #waiting = new Map<number, (reply: WriterReply) => void>();
  readonly #knownSlots = new Set<number>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #nextId = 1;
  #failure: Failure | null = null;
  #trouble: Failure | null = null;
  #troubleSinceMs = 0;
  #recovered: string | null = null;
  #isClosing = false;
  #overflowWarned = false;

  /** `script` is the writer thread's program. */
  constructor(setup: WriterSetup, clock: Clock, log: Log, script: URL = writerScript()) {
    this.#clock = clock;
    this.#steadyMs = createSteadyTime(clock);
    this.#log = log;
    // A small young generation is collected often and cheaply, so that compressed frames do not pile up outside the heap.
    this.#worker = new Worker(script, {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: 3 },
    });
    this.#worker.on('message', (message: FromWriter) => this.#receive(message));
    this.#worker.on('error', (error) => this.#stop(crashOf(messageOf(error))));
    this.#worker.on('exit', (code) => this.#stop(crashOf(`exit code ${code}`)));
  }

  /** Why nothing can be stored, now (a full disk) or any more (a writer that died); null while it can. */
  get failure(): string | null {
    return (this.#failure ?? this.#trouble)?.message ?? null;
  }

  /** What the start has done to a damaged file and what was lost; null when it was sound. */
  get recovered(): string | null {
    return this.#recovered;
  }

  /** Resolves when the database is open. @throws what opening it threw */
  opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** The reply comes after the commit; after a crash of the writer with its failure. The slot is then used again. */
  sendBody(body: OutgoingBody, done: (reply: WriterReply) => void): void {
    const { slot, ...rest } = body;
    const id = this.#expect(done);
    if (id === null) {
      this.pool.putBack(slot);
      return;
    }
    const isKnown = this.#knownSlots.has(slot.id);
    if (slot.id > 0) this.#knownSlots.add(slot.id);
    const memory = isKnown ? null : slot.bytes.buffer;
    const handedOver = slot.id === 0 ? [slot.bytes.buffer] : [];
    const times = { nowMs: this.#clock.nowMs(), steadyMs: this.#steadyMs() };
    this.#post({ kind: 'body', id, ...times, ...rest, slot: slot.id, memory }, handedOver);
  }

  /** Rows of another folder, in the next group commit. */
  write(statements: WriteMessage['statements'], done: (reply: WriterReply) => void): void {
    const id = this.#expect(done);
    if (id !== null) this.#post({ kind: 'write', id, nowMs: this.#clock.nowMs(), statements });
  }

  /** One round of housekeeping. */
  maintain(): void {
    this.#steadyMs();
    if (this.#failure === null && !this.#isClosing) this.#post({ kind: 'maintain', nowMs: this.#clock.nowMs() });
  }

  subscribe(listener: (notice: CommitNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Commits what was sent, then ends the thread. */
  async close(): Promise<void> {
    if (this.#isClosing) return this.#ended.promise;
    this.#isClosing = true;
    if (this.#failure === null) this.#post({ kind: 'close' });
    await this.#ended.promise;
    await this.#worker.terminate();
  }

  /** The id under which the reply will come; null when there is none to come, and `done` has been told why. */
  #expect(done: (reply: WriterReply) => void): number | null {
    const id = this.#nextId;
    this.#nextId += 1;
    if (this.#failure !== null || this.#isClosing) {
      done({ id, failure: this.#failure ?? closing, rejected: 0, reason: '' });
      return null;
    }
    this.#waiting.set(id, done);
    return id;
  }

  #post(message: ToWriter, handedOver: readonly ArrayBufferLike[] = []): void {
    const transferred = handedOver.filter((memory) => memory instanceof ArrayBuffer);
    this.#worker.postMessage(message, transferred);
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case 'opened':
        this.#recovered = message.recovered;
        if (message.recovered !== null) this.#log.error({}, message.recovered);
        this.#opened.resolve();
        return;
      case 'failed':
        // Who opens it throws this failure on; a log line beside it would say the same twice.
        this.#isClosing = true;
        this.#opened.reject(
          new AppError(message.failure.code, message.failure.message, { details: message.failure.details }),
        );
        this.#stop(message.failure);
        return;
      case 'trouble':
        this.#log.warn({ ...message.failure.details }, `collector housekeeping failed: ${message.failure.message}`);
        return;
      case 'storage':
        this.#setTrouble(message.failure);
        return;
      case 'crowding':
        this.crowd.note(message.crowding, this.#log);
        return;
      case 'silent':
        this.silentInstances = message.instances;
        return;
      case 'upkept':
        addTally(this.total, message.tally);
        return;
      case 'committed':
        this.#commit(message);
        return;
      case 'closed':
        this.#stop(closing);
        return;
      default:
        message satisfies never;
    }
  }

  #commit(message: Extract<FromWriter, { kind: 'committed' }>): void {
    for (const slot of message.slots) this.pool.give(slot);
    if (message.notices.length > 0) this.#setTrouble(null);
    addTally(this.total, message.tally);
    this.#warnOverflow(message.tally.overflowed);
    for (const reply of message.replies) {
      const done = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      done?.(reply);
    }
    for (const notice of message.notices.map(unpackNotice)) {
      for (const listener of this.#listeners) listener(notice);
    }
  }

  /** Said once when it begins, once when it is over. */
  #setTrouble(failure: Failure | null): void {
    const before = this.#trouble;
    this.#trouble = failure;
    const nowMs = this.#clock.monotonicMs();
    if (before === null && failure !== null) {
      this.#troubleSinceMs = nowMs;
      this.#log.error(
        { ...failure.details },
        `telemetry is refused with 503 until it can be stored: ${failure.message}`,
      );
    }
    if (before === null || failure !== null) return;
    const seconds = Math.round((nowMs - this.#troubleSinceMs) / 1_000);
    this.#log.warn({ seconds }, `telemetry is stored again after ${seconds} s; senders repeat what was refused`);
  }

  #warnOverflow(overflowed: number): void {
    if (overflowed === 0 || this.#overflowWarned) return;
    this.#overflowWarned = true;
    this.#log.warn(
      { overflowed },
      'too many distinct label sets: further ones are counted under {overflow="true"}; remove ids from labels or raise intake.maxSeries',
    );
  }

  /** Whatever still waits is answered; nothing hangs. */
  #stop(failure: Failure): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    if (!this.#isClosing) this.#log.error({ ...failure.details }, failure.message);
    this.#opened.reject(new AppError(failure.code, failure.message, { details: failure.details }));
    this.#opened.promise.catch(() => {});
    for (const [id, done] of this.#waiting) done({ id, failure, rejected: 0, reason: '' });
    this.#waiting.clear();
    this.#ended.resolve();
  }
}

const closing: Failure = { code: 'UNAVAILABLE', message: 'the collector is closing; send again later', details: {} };

/** In source as TypeScript, after a build as JavaScript. */
function writerScript(): URL {
  return new URL(`./writer-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}

function crashOf(what: string): Failure {
  return {
    code: 'UNAVAILABLE',
    message: `the collector's writer has ended (${what}); nothing acknowledged is lost, restart seamwatch to go on`,
    details: {},
  };
}
