/** Opens the collector: HTTP intake on the main thread, one writer thread, a read-only view. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { secondMs } from '../../src/kernel/duration.ts';
import { AppError, messageOf } from '../../src/kernel/errors.ts';
import { repeat } from '../../src/kernel/schedule.ts';
import { type HistoryReader, keepingStatements, openHistory } from '../history/index.ts';
import { type AsyncTraceReader, createAsyncReader } from '../reading/index.ts';
import { Admission, type Holding } from './admission.ts';
import { createSpanMapper } from './domain-mapping.ts';
import type { SilentInstance } from './instance-watch.ts';
import { Ledger } from './ledger.ts';
import type { CommitNotice, IntakeStats } from './notice.ts';
import { type CollectorOptions, defaultRetention, type IntakeLimits } from './options.ts';
import { Receiver } from './receive.ts';
import { type HandedTelemetry, type Received, receiveHanded } from './receive-handed.ts';
import type { RefusedBody } from './refused-book.ts';
import { defaultLimits } from './section.ts';
import { SlowSenders } from './slow-senders.ts';
import { WriterClient } from './writer-client.ts';

/** Who sent the request, decided before it reaches the intake. */
export interface IntakeCaller {
  /** May send points older than 1 h. */
  readonly mayBackfill: boolean;
  /** Whose share of the intake this uses, such as the name of a token; absent: the address it came from. */
  readonly caller?: string | undefined;
}

/** One statement of another folder; parameters by position. */
export interface WriteStatement {
  readonly sql: string;
  readonly params: readonly (string | number | null | Uint8Array)[];
}

/** The running collector. */
export interface Collector {
  /** Answers POST /v1/traces, /v1/metrics and /v1/logs on any node:http server; the host check and authentication happen before it. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, caller: IntakeCaller) => void;
  /**
   * Takes an export request that did not come as an HTTP request through the same writer as everybody's; resolves when it is on
   * disk, saying which records were not taken and why.
   * @throws PAYLOAD_TOO_LARGE, OTLP_MALFORMED, UNAVAILABLE, and OVERLOADED with `retryAfterSeconds` in its details
   */
  readonly receive: (handed: HandedTelemetry) => Promise<Received>;
  /** Counts a body that was refused before it reached the intake; `stats` shows it. */
  readonly countRefused: (refused: RefusedBody) => void;
  /** The memory of one request that is read elsewhere, such as by gRPC: counted with everybody's, the caller's share included. */
  readonly hold: (caller: string) => Holding;
  /** What it was opened with, defaults filled in. */
  readonly limits: IntakeLimits;
  /** Series, slices and what is short; a search of spans or logs belongs to `traces`. */
  readonly reader: HistoryReader;
  /** Reads of spans and logs, on a thread of their own. */
  readonly traces: AsyncTraceReader;
  /** Called on the main thread after each group commit, in order; the returned function unsubscribes. */
  readonly onCommit: (listener: (notice: CommitNotice) => void) => () => void;
  /** One transaction; resolves when it is on disk. @throws UNAVAILABLE, INTERNAL when a statement fails */
  readonly write: (statements: readonly WriteStatement[]) => Promise<void>;
  readonly stats: () => IntakeStats;
  /** Why nothing can be stored: now, such as a full disk, or any more, such as a writer that died; null while it can. */
  readonly failure: () => string | null;
  /**
   * These traces (32 hexadecimal digits) outlive others of their age, like those with errors: the examples that a trigger or an objective
   * shows. The last 10,000 named count; naming one again is free of harm. @throws UNAVAILABLE
   */
  readonly keepTraces: (traceIds: readonly string[]) => Promise<void>;
  /** Why spans and log records are dropped as they come: slices alone take all of the room allowed; null while they do not. */
  readonly crowded: () => string | null;
  /** What was done to a damaged file at the start and what was lost, for people; null when the file was sound. */
  readonly recovered: () => string | null;
  /** Instances of an app that send metrics no more while others of it do; for a quarter of an hour, since instances come and go. */
  readonly silentInstances: () => readonly SilentInstance[];
  /** Finishes what was accepted. */
  readonly close: () => Promise<void>;
}

/** How often aged slices, small frames and expired data are looked after. */
const maintenanceMs = secondMs;

/**
 * @throws DATA_DIR_UNUSABLE, DATABASE_CORRUPT, DATABASE_BUSY, each saying what to do
 */
export async function openCollector(options: CollectorOptions): Promise<Collector> {
  const { file, clock, log, mapping } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const client = openWriter(options, limits);
  await client.opened();
  const reader = openHistory(file, createSpanMapper(mapping));
  const { traces, close: closeTraces } = createAsyncReader({ file, mapping }, log);
  const admission = new Admission(limits, clock, options.senders);
  const senders = new SlowSenders(limits, clock);
  const ledger = new Ledger(clock, log);
  const parts = { client, limits, admission, ledger, forwardId: options.forward?.instanceId ?? null };
  const receiver = new Receiver({ ...parts, senders });
  const upkeep = repeat(
    options.housekeepingMs ?? maintenanceMs,
    () => {
      senders.sweep();
      client.maintain();
      ledger.look(client.total);
    },
    (error) => log.warn({}, `collector housekeeping failed: ${messageOf(error)}`),
  );
  return {
    handle: (request, response, { mayBackfill, caller }) =>
      receiver.handle(request, response, { mayBackfill, key: caller ?? request.socket.remoteAddress ?? 'unknown' }),
    receive: (handed) => receiveHanded(parts, handed),
    countRefused: (refused) => ledger.refused(refused),
    hold: (caller) => admission.hold(caller),
    ...{ limits, reader, traces },
    onCommit: (listener) => client.subscribe(listener),
    write: (statements) => writeRows(client, statements),
    stats: () => ledger.stats(client.total, admission.inFlightBytes),
    failure: () => client.failure,
    keepTraces: (traceIds) => writeRows(client, keepingStatements(traceIds, clock.nowMs())),
    crowded: () => client.crowd.sentence,
    recovered: () => client.recovered,
    silentInstances: () => client.silentInstances,
    close: async () => {
      await upkeep.close();
      // First: a reader in the middle of its work would keep the writer from emptying the log.
      await closeTraces();
      await client.close();
      reader.close();
    },
  };
}

function openWriter(options: CollectorOptions, limits: IntakeLimits): WriterClient {
  const { file, clock, log, mapping, migrations, forward, retention = defaultRetention } = options;
  return new WriterClient({ file, migrations, mapping, limits, retention, forward, nowMs: clock.nowMs() }, clock, log);
}

function writeRows(client: WriterClient, statements: readonly WriteStatement[]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.write(statements, ({ failure }) => {
      if (failure === null) resolve();
      else reject(new AppError(failure.code, failure.message, { details: failure.details }));
    });
  });
}
