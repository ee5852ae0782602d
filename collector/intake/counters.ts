/** Everything a transaction counts into: spans, metrics, slices, frames, hashes, the revision. */
import { hash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { sliceMs, watermarkLagMs } from '../../src/kernel/conventions.ts';
import { AppError } from '../../src/kernel/errors.ts';
import type { Series } from '../../src/kernel/series.ts';
import { BodyQueue } from '../forward/index.ts';
import {
  Ageing,
  bucketsOf,
  createCompaction,
  createLogStore,
  createSegmentWriter,
  ExemplarTraces,
  floorTo,
  type LogStore,
  PresenceStore,
  type SegmentWriter,
  SeriesStore,
  SliceStore,
  StreamStore,
  UpkeepClock,
} from '../history/index.ts';
import { createDomainMapper } from './domain-mapping.ts';
import type { SilentInstance } from './instance-watch.ts';
import { LogBodies } from './log-bodies.ts';
import { MetricCounter } from './metric-counter.ts';
import type { CommitNotice } from './notice.ts';
import { SeenBodies } from './seen-bodies.ts';
import { SpanCounter } from './span-counter.ts';
import { type Tally, tallyRecords } from './tally.ts';
import { TraceBodies } from './trace-bodies.ts';
import {
  decodeLogs,
  decodeMetrics,
  decodeMetricsJson,
  MetricInterner,
  TextTable,
  timeLimits,
  transcodeLogs,
  transcodeTraces,
} from './wire/index.ts';
import type { BodyMessage, WriterReply, WriterSetup } from './writer-messages.ts';

/** Streams that may be followed for each series that may exist: its instances. */
const streamsPerSeries = 4;

/** Made anew from disk whenever a transaction has failed. */
export class Counters {
  readonly segments: SegmentWriter;
  readonly seen: SeenBodies;
  readonly streams: StreamStore;
  readonly logs: LogStore;
  readonly presence: PresenceStore;
  readonly ageing: Ageing;
  readonly upkeepClock: UpkeepClock;
  readonly #series: SeriesStore;
  readonly #slices: SliceStore;
  readonly #spans: SpanCounter;
  readonly #metrics: MetricCounter;
  readonly #interner = new MetricInterner();
  readonly #traces: TraceBodies;
  readonly #logBodies: LogBodies;
  readonly #compaction: ReturnType<typeof createCompaction>;
  readonly #forward: BodyQueue | null;
  readonly #nextRevision: Statement<[], number>;

  constructor(db: Database, setup: WriterSetup, nowMs: number) {
    const mapper = createDomainMapper(setup.mapping);
    const texts = new TextTable();
    this.#series = new SeriesStore(db, setup.limits.maxSeries);
    const seriesOf = (id: number): Series | undefined => this.#series.byId(id);
    const bucketsOfId = (id: number): number => {
      const series = seriesOf(id);
      return series === undefined ? 0 : bucketsOf(series);
    };
    this.#slices = new SliceStore(db, nowMs);
    this.presence = new PresenceStore(db);
    this.streams = new StreamStore(db, setup.limits.maxSeries * streamsPerSeries, bucketsOfId, nowMs);
    this.segments = createSegmentWriter(db);
    this.logs = createLogStore(db);
    const { spansMs, maxBytes = null } = setup.retention;
    this.ageing = new Ageing(db, this.segments, { spansMs, maxBytes });
    this.upkeepClock = new UpkeepClock(db, nowMs);
    this.seen = new SeenBodies(db, nowMs);
    const stores = {
      ...{ series: this.#series, slices: this.#slices, presence: this.presence, streams: this.streams },
      exemplars: new ExemplarTraces(db),
    };
    this.#spans = new SpanCounter(texts, stores, setup.mapping.length === 0 ? null : mapper);
    this.#metrics = new MetricCounter(stores, mapper);
    this.#traces = new TraceBodies(texts, this.#spans, this.segments, this.seen);
    this.#logBodies = new LogBodies(this.logs, setup.mapping.length === 0 ? null : mapper);
    this.#compaction = createCompaction(db, seriesOf, setup.retention.slicesMs);
    this.#forward = setup.forward === undefined ? null : new BodyQueue(db, setup.forward);
    this.#nextRevision = db
      .prepare<[], number>('UPDATE revision SET value = value + 1 WHERE one = 1 RETURNING value')
      .pluck();
  }

  /** Counts and stores one body. A malformed one is answered (who sent it counts it), everything else that goes wrong is thrown. */
  add(message: BodyMessage, body: Uint8Array, tally: Tally): WriterReply {
    try {
      const repeated = tally.repeatedBodies;
      const rejected = this.#addTelemetry(body, message, tally);
      tallyRecords(tally, message.telemetry, rejected);
      if (tally.repeatedBodies === repeated)
        this.#forward?.add(message.telemetry, message.encoding, body, message.nowMs, message.via ?? '');
      tally.bodies += 1;
      tally.bytes += message.length;
      return { id: message.id, failure: null, ...summaryOf(rejected) };
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'OTLP_MALFORMED')) throw error;
      const { code, message: text, details } = error;
      return { id: message.id, failure: { code, message: text, details }, rejected: 0, reason: '' };
    }
  }

  /** Writes what the group has added up to. */
  finish(tally: Tally, nowMs: number): CommitNotice {
    const revision = this.#nextRevision.get() ?? 0;
    this.#traces.flush();
    this.#logBodies.flush();
    this.#spans.flush();
    const slices = this.#slices.flush();
    this.streams.flush();
    this.seen.flush(revision, nowMs);
    tally.overflowed += this.#series.takeOverflowed();
    tally.overflow = this.#series.takeOverflow();
    return { revision, slices, presence: this.presence.flush(nowMs), newSeries: this.#series.takeMade() };
  }

  /** Instances that are not heard of while others of their service are. */
  silentInstances(nowMs: number): readonly SilentInstance[] {
    return this.#metrics.instances.silent(nowMs);
  }

  /** One step towards coarser slices; false when none is due. */
  compact(nowMs: number): boolean {
    const { tiers, moved } = this.#compaction.step(this.#slices.tiers(), nowMs, this.#series.size());
    this.#slices.setTiers(tiers);
    return moved;
  }

  #addTelemetry(body: Uint8Array, message: BodyMessage, tally: Tally): ReadonlyMap<string, number> {
    switch (message.telemetry) {
      case 'traces':
        return this.#addTraces(body, message, tally);
      case 'metrics':
        return this.#addMetrics(body, message, tally);
      case 'logs':
        return this.#addLogs(body, message, tally);
      default:
        return message.telemetry satisfies never;
    }
  }

  #addTraces(body: Uint8Array, message: BodyMessage, tally: Tally): ReadonlyMap<string, number> {
    const protobuf = message.encoding === 'json' ? transcodeTraces(body) : body;
    const limits = timeLimits(message.nowMs, message.mayBackfill, message.steadyMs);
    const watermarkMs = message.mayBackfill ? 0 : watermarkOf(message.nowMs);
    return this.#traces.add(protobuf, limits, watermarkMs, saltOf(message), tally);
  }

  #addLogs(body: Uint8Array, message: BodyMessage, tally: Tally): ReadonlyMap<string, number> {
    const groups = decodeLogs(message.encoding === 'json' ? transcodeLogs(body) : body);
    const digest = hash('sha256', body, 'buffer');
    if (groups.length > 0 && this.seen.isRepeat(digest.readInt32LE(0) ^ saltOf(message), digest.readInt32LE(4))) {
      tally.repeatedBodies += 1;
      return new Map();
    }
    return this.#logBodies.add(
      groups,
      timeLimits(message.nowMs, message.mayBackfill, message.steadyMs),
      message.nowMs,
      tally,
    );
  }

  #addMetrics(body: Uint8Array, message: BodyMessage, tally: Tally): ReadonlyMap<string, number> {
    const groups =
      message.encoding === 'json' ? decodeMetricsJson(body, this.#interner) : decodeMetrics(body, this.#interner);
    const digest = hash('sha256', body, 'buffer');
    if (groups.length > 0 && this.seen.isRepeat(digest.readInt32LE(0) ^ saltOf(message), digest.readInt32LE(4))) {
      tally.repeatedBodies += 1;
      return new Map();
    }
    return this.#metrics.add(groups, {
      nowMs: message.nowMs,
      source: message.source,
      watermarkMs: watermarkOf(message.nowMs),
      mayBackfill: message.mayBackfill,
      limits: timeLimits(message.nowMs, message.mayBackfill, message.steadyMs),
      tally,
    });
  }
}

/** What was rejected as too old may come again from one who may back-fill; empty metrics and logs look alike. Both are no repeats. */
function saltOf(message: BodyMessage): number {
  return (message.mayBackfill ? 1 : 0) | (message.telemetry === 'logs' ? 2 : 0);
}

/** Slices before it are complete. */
function watermarkOf(nowMs: number): number {
  return floorTo(nowMs - watermarkLagMs, sliceMs.fine);
}

/** What a partial success says: how many were left out, and why. */
function summaryOf(rejected: ReadonlyMap<string, number>): { readonly rejected: number; readonly reason: string } {
  let total = 0;
  for (const count of rejected.values()) total += count;
  const reasons = [...rejected].map(([reason, count]) => `${count} ${reason}${hints[reason] ?? ''}`);
  return { rejected: total, reason: total === 0 ? '' : `rejected ${reasons.join(', ')}` };
}

const hints: Readonly<Record<string, string>> = {
  too_old: ' (older than 1 h; back-fill needs the admin token)',
  in_future: ' (more than 5 min ahead; check the clock)',
  too_long: ' (more than 31 days; set the start)',
  too_large: ' (more than 4 MiB)',
  negative_values: ' (an exponential histogram of values below zero)',
  summary: ' (quantiles do not merge; send a histogram)',
  temporality: ' (send cumulative or delta)',
  series_limit: ' (too many distinct label sets)',
  stream_limit: ' (too many distinct label sets)',
};
