/** The running state of alerting: one thing at a time changes the book, and nothing counts before it is on disk. */
import type { AlertAnswer, SilenceAnswer, SilenceRequest, StatusAnswer } from '../src/contract/index.ts';
import type { Clock } from '../src/kernel/clock.ts';
import { AppError, messageOf } from '../src/kernel/errors.ts';
import { uuidv7 } from '../src/kernel/ids.ts';
import type { Log } from '../src/kernel/log.ts';
import { repeat, type Scheduled } from '../src/kernel/schedule.ts';
import { type AlertRecord, type AlertSignal, isOpen } from './alert-record.ts';
import { answerAlert } from './answers.ts';
import {
  type AlertBook,
  acknowledgeInBook,
  type BookContext,
  evaluateBook,
  openEpisodesOf,
  settleBook,
} from './book.ts';
import { BookKeeper } from './book-keeper.ts';
import { type Announcement, changeIntents } from './changes.ts';
import { provenElapsedMs } from './lifecycle.ts';
import { type AlertFacts, factsOf } from './message.ts';
import { episodesOf, queueIntents, requeueRefused } from './outbox.ts';
import type { AlertsConfig } from './parse-alerts.ts';
import { policy } from './policy.ts';
import { Sender } from './sender.ts';
import { answerSilence, endedSilence, makeSilence, type Silence } from './silences.ts';
import { answerSinks } from './sink-status.ts';
import { openSink } from './sinks/open-sink.ts';
import { secretsOf } from './sinks/secrets.ts';
import type { Sink } from './sinks/sink.ts';
import type { Statement } from './statements.ts';
import type { StoredAlerts } from './stored-alerts.ts';

/** `save` writes a batch as a whole or not at all; `publicUrl` is where people open the console. */
export interface AlertingOptions {
  readonly config: AlertsConfig;
  readonly instanceId: string;
  readonly publicUrl: string;
  readonly version: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
  readonly store: {
    readonly read: () => StoredAlerts;
    readonly save: (statements: readonly Statement[]) => Promise<void>;
  };
  readonly onChange: (event: { readonly id: string; readonly state: string }) => void;
}

/** What has a lifetime behind `createAlerting`; `book` is what is on disk. */
export class RunningAlerts {
  readonly sender: Sender;
  readonly #options: AlertingOptions;
  readonly #keeper: BookKeeper;
  readonly #sinks: readonly Sink[];
  #evaluatedAtMs: number | null = null;
  #timer: Scheduled | null = null;
  #isClosed = false;

  constructor(options: AlertingOptions) {
    this.#options = { ...options, publicUrl: options.publicUrl.replace(/\/+$/, '') };
    this.#keeper = new BookKeeper(options);
    const surroundings = { ...this.#options, secrets: secretsOf(options.config.sinks) };
    this.#sinks = options.config.sinks.map((sink) => openSink(sink, surroundings));
    this.sender = new Sender({
      sinks: this.#sinks,
      instanceId: options.instanceId,
      clock: options.clock,
      random: options.random,
      log: options.log,
      outbox: () => this.book.outbox,
      change: (work) => this.#keeper.advance((book) => ({ ...book, outbox: work(book.outbox) })),
      openAt: (sink) => this.#openAt(sink),
    });
  }

  get book(): AlertBook {
    return this.#keeper.book;
  }

  async evaluate(signals: readonly AlertSignal[], nowMs: number): Promise<void> {
    await this.#keeper.advance((book) => {
      const elapsedMs = provenElapsedMs(this.#evaluatedAtMs, nowMs);
      const next = evaluateBook(book, signals, elapsedMs, this.#context(nowMs));
      this.#evaluatedAtMs = nowMs;
      return next;
    });
    this.#pump();
  }

  async acknowledge(id: string, by: string): Promise<AlertAnswer> {
    await this.#keeper.change((book) => acknowledgeInBook(book, recordOf(book, id), by, this.#context()));
    this.#pump();
    return answerAlert(recordOf(this.book, id), episodesOf(this.book.outbox), this.#options.instanceId);
  }

  silences(): readonly SilenceAnswer[] {
    const nowMs = this.#options.clock.nowMs();
    return [...this.book.silences.values()]
      .sort((left, right) => right.endsAtMs - left.endsAtMs)
      .map((silence) => answerSilence(silence, nowMs));
  }

  async addSilence(request: SilenceRequest): Promise<SilenceAnswer> {
    const nowMs = this.#options.clock.nowMs();
    const silence = makeSilence(request, this.#newId(), nowMs);
    await this.#keeper.change((book) => {
      const silences = new Map(book.silences).set(silence.id, silence);
      return settleBook({ ...book, silences }, this.#context());
    });
    return answerSilence(silence, nowMs);
  }

  async endSilence(id: string): Promise<SilenceAnswer> {
    const nowMs = this.#options.clock.nowMs();
    await this.#keeper.change((book) => {
      const silences = new Map(book.silences).set(id, endedSilence(silenceOf(book, id), nowMs));
      return settleBook({ ...book, silences }, this.#context());
    });
    this.#pump();
    return answerSilence(silenceOf(this.book, id), nowMs);
  }

  async announce(change: Announcement): Promise<void> {
    const id = this.#newId();
    await this.#keeper.change((book) => {
      const context = this.#context();
      return { ...book, outbox: queueIntents(book.outbox, changeIntents(change, id, context), context.wallMs) };
    });
    this.#pump();
  }

  sinks(): StatusAnswer['sinks'] {
    return answerSinks(this.#sinks, this.book.outbox, (sink) => this.sender.refreshFailure(sink));
  }

  async settled(): Promise<void> {
    await this.#keeper.idle();
    await this.sender.pump();
    await this.#keeper.idle();
  }

  start(): void {
    this.#timer ??= repeat(
      policy.pumpEveryMs,
      () => this.sender.pump(),
      (error) => this.#options.log.error({ reason: messageOf(error) }, 'sending of notifications failed'),
    );
    const nowMs = this.#options.clock.nowMs();
    void this.#keeper
      .advance((book) => ({ ...book, outbox: requeueRefused(book.outbox, openEpisodesOf(book), nowMs) }))
      .then(() => this.#pump());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const sending = this.sender.close();
    await this.#timer?.close();
    await sending;
    await this.#keeper.idle();
  }

  #pump(): void {
    if (!this.#isClosed) void this.sender.pump();
  }

  #context(nowMs = this.#evaluatedAtMs ?? this.#options.clock.nowMs()): BookContext {
    return {
      instanceId: this.#options.instanceId,
      sinks: this.#sinks,
      routes: this.#options.config.routes,
      nowMs,
      wallMs: this.#options.clock.nowMs(),
      newId: () => this.#newId(),
    };
  }

  #newId(): string {
    return uuidv7(this.#options.clock.nowMs());
  }

  #openAt(sink: string): readonly AlertFacts[] {
    const told = new Set(
      [...this.book.outbox.values()]
        .filter((row) => row.sink === sink && row.action === 'trigger' && row.state === 'sent')
        .map((row) => row.episode),
    );
    return [...this.book.records.values()].filter((one) => isOpen(one) && told.has(one.id)).map(factsOf);
  }
}

function recordOf(book: AlertBook, id: string): AlertRecord {
  const record = book.records.get(id);
  if (record !== undefined) return record;
  throw new AppError('NOT_FOUND', `there is no alert "${id}"; GET /api/v1/alerts lists those of the last 7 days`);
}

function silenceOf(book: AlertBook, id: string): Silence {
  const silence = book.silences.get(id);
  if (silence !== undefined) return silence;
  throw new AppError('NOT_FOUND', `there is no silence "${id}"; GET /api/v1/silences lists them`);
}
