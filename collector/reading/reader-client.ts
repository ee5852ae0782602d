/** The main thread's end of the reader: one question at a time, look-ups before searches, a new thread when one is lost. */
import { Worker } from 'node:worker_threads';
import { secondMs } from '../../src/kernel/duration.ts';
import { AppError, messageOf } from '../../src/kernel/errors.ts';
import type { Log } from '../../src/kernel/log.ts';
import { after } from '../../src/kernel/schedule.ts';
import {
  type Arguments,
  type FromReader,
  type ReaderCall,
  type ReaderSetup,
  type Result,
  readerCalls,
} from './reader-messages.ts';
import { type Unreadable, UnreadableLedger } from './unreadable-ledger.ts';

/** Bounds on reading; all optional. */
export interface ReaderBounds {
  /** How many questions may wait, default 64; more are refused. */
  readonly mostWaiting?: number;
  /** A thread that has not answered after this long is ended, default 15 s. */
  readonly answerWithinMs?: number;
  /** The reader thread's program. */
  readonly script?: URL;
}

interface Question {
  readonly id: number;
  readonly call: ReaderCall;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
}

const usualWaiting = 64;
/** Three times what a search may take by itself. */
const usualAnswerMs = 15 * secondMs;
/** Decoded traces of the largest size fit several times; beyond it the thread ends, not the process. */
const mostHeapMb = 512;

/** One per collector. The thread starts with the first question. */
export class ReaderClient {
  readonly #setup: ReaderSetup;
  readonly #log: Log;
  readonly #bounds: Required<ReaderBounds>;
  readonly #lines: Record<'look-up' | 'search', Question[]> = { 'look-up': [], search: [] };
  #worker: Worker | null = null;
  #asked: Question | null = null;
  #stopTimer: (() => void) | null = null;
  #nextId = 1;
  readonly #unreadable = new UnreadableLedger();
  #isClosed = false;

  constructor(setup: ReaderSetup, log: Log, bounds: ReaderBounds = {}) {
    this.#setup = setup;
    this.#log = log;
    this.#bounds = {
      mostWaiting: bounds.mostWaiting ?? usualWaiting,
      answerWithinMs: bounds.answerWithinMs ?? usualAnswerMs,
      script: bounds.script ?? readerScript(),
    };
  }

  /** @throws what the call throws; OVERLOADED when too many wait; UNAVAILABLE when the thread was lost or is closed */
  ask<Call extends ReaderCall>(call: Call, ...args: Arguments<Call>): Promise<Result<Call>> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(closedError());
      const waiting = this.#lines['look-up'].length + this.#lines.search.length;
      if (waiting >= this.#bounds.mostWaiting) return reject(overloaded(waiting));
      const id = this.#nextId;
      this.#nextId += 1;
      this.#lines[readerCalls[call]].push({ id, call, args, resolve: asResolver(resolve), reject });
      this.#askNext();
    });
  }

  /** The damaged frames that any read has met, each once, and what they hold in words; null while there are none. */
  get unreadable(): Unreadable | null {
    return this.#unreadable.summary();
  }

  /** Refuses what waits and ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [this.#asked, ...this.#lines['look-up'].splice(0), ...this.#lines.search.splice(0)];
    this.#settle();
    for (const question of open) question?.reject(closedError());
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #askNext(): void {
    if (this.#asked !== null) return;
    const question = this.#lines['look-up'].shift() ?? this.#lines.search.shift();
    if (question === undefined) return;
    this.#asked = question;
    this.#worker ??= this.#start();
    this.#stopTimer = after(this.#bounds.answerWithinMs, () => this.#giveUp());
    const { id, call, args } = question;
    this.#worker.postMessage({ kind: 'ask', id, call, args });
  }

  #start(): Worker {
    const worker = new Worker(this.#bounds.script, {
      workerData: this.#setup,
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    });
    worker.on('message', (message: FromReader) => this.#receive(message));
    worker.on('error', (error) => this.#lose(worker, messageOf(error)));
    worker.on('exit', (code) => this.#lose(worker, `exit code ${code}`));
    return worker;
  }

  #receive(message: FromReader): void {
    if (message.kind === 'unreadable') {
      if (this.#unreadable.add(message.frames)) this.#log.error({}, this.#unreadable.summary()?.sentence ?? '');
      return;
    }
    const question = this.#asked;
    if (question === null || question.id !== message.id) return;
    this.#settle();
    if (message.kind === 'answer') question.resolve(message.value);
    else question.reject(new AppError(message.refusal.code, message.refusal.message, message.refusal));
    this.#askNext();
  }

  #giveUp(): void {
    const worker = this.#worker;
    if (worker === null) return;
    this.#lose(worker, `no answer after ${this.#bounds.answerWithinMs / secondMs} s`);
    void worker.terminate();
  }

  /** The question of a lost thread is refused, not asked again: it may be what killed it. The next one gets a new thread. */
  #lose(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const question = this.#asked;
    this.#settle();
    this.#log.warn({ call: question?.call ?? null }, `the reader of traces has ended (${why}); a new one is started`);
    question?.reject(
      new AppError(
        'UNAVAILABLE',
        `reading was broken off (${why}); ask again, for a shorter time or a narrower search`,
      ),
    );
    this.#askNext();
  }

  #settle(): void {
    this.#asked = null;
    this.#stopTimer?.();
    this.#stopTimer = null;
  }
}

/** In source as TypeScript, after a build as JavaScript. */
function readerScript(): URL {
  return new URL(`./reader-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}

function overloaded(waiting: number): AppError {
  return new AppError('OVERLOADED', `${waiting} reads of traces and logs are waiting already; ask again in a second`);
}

function closedError(): AppError {
  return new AppError('UNAVAILABLE', 'the collector is closing; ask again later');
}

/** The thread answers with what the call returns. */
function asResolver<Value>(resolve: (value: Value) => void): (value: unknown) => void {
  return (value) => resolve(value as Value);
}
