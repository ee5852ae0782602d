/** Sends on what was taken in: OTLP bodies as they came, and counts as samples of remote write, each from its queue on disk. */
import type { Clock } from '../../src/kernel/clock.ts';
import { messageOf } from '../../src/kernel/errors.ts';
import type { Log } from '../../src/kernel/log.ts';
import { repeat, type Scheduled } from '../../src/kernel/schedule.ts';
import { openReadOnly } from '../../src/store/index.ts';
import type { HistoryReader } from '../history/index.ts';
import type { CommitNotice } from '../intake/notice.ts';
import { type ForwardTarget, lanesOf, shownTarget } from './forward-target.ts';
import { LaneSender } from './lane-sender.ts';
import { type Lane, type QueueStatement, registerStatement } from './lanes.ts';
import { rejectedIn } from './otlp-answer.ts';
import { type PartsDone, sendOtlp } from './otlp-send.ts';
import { type LaneState, QueueReader } from './queue-reader.ts';
import { SampleFeed } from './sample-feed.ts';
import { sendSamples } from './samples-send.ts';

/** What forwarding works with; `collector` is the one whose telemetry goes on, `file` its database. */
export interface ForwarderOptions {
  readonly targets: readonly ForwardTarget[];
  readonly collector: {
    readonly reader: HistoryReader;
    readonly write: (statements: readonly QueueStatement[]) => Promise<void>;
    readonly onCommit: (listener: (notice: CommitNotice) => void) => () => void;
  };
  readonly file: string;
  readonly instanceId: string;
  readonly version: string;
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
  /** What may wait on disk for all targets together; the oldest goes first. Default {@link defaultQueueBytes}. */
  readonly maxBytes?: number | undefined;
}

/**
 * One kind of content on its way to a target. `problem`: why nothing goes out now, or what was refused last; `retries`: tries since the
 * start that ended with another one to come. The counts are kept over restarts.
 */
export interface ForwardLaneStatus extends LaneState {
  readonly lane: Lane;
  readonly retries: number;
  readonly problem: string | null;
}

export interface ForwardStatus {
  readonly id: string;
  readonly kind: ForwardTarget['kind'];
  /** Without query and secrets. */
  readonly url: string;
  readonly lanes: readonly ForwardLaneStatus[];
}

export interface Forwarder {
  readonly start: () => void;
  /** Queues the samples that are due and sends what waits, once; what must wait for its next try waits. Never throws. */
  readonly run: () => Promise<void>;
  /** Ends what is under way; the rest is sent after the next start. */
  readonly close: () => Promise<void>;
  readonly status: () => readonly ForwardStatus[];
}

/** 1 GiB: at 40 bytes a span compressed, hours of a busy application. */
export const defaultQueueBytes = 1_073_741_824;

const everyMs = 250;
/** OTLP bodies under way at once in a lane; samples go one by one, since their order counts. */
const otlpWindow = 8;

/** @throws NOT_FOUND, DATABASE_CORRUPT when the collector's database can not be read */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { targets, collector, log } = options;
  const db = openReadOnly(options.file);
  const queue = new QueueReader(db);
  const ending = new AbortController();
  const lanes = targets.map((target) =>
    lanesOf(target.kind).map((lane) => createLane(options, target, lane, queue, ending.signal)),
  );
  const feed = targets.some(({ kind }) => kind === 'remote-write') ? createFeed(options, queue) : null;
  let prepared: Promise<void> | null = null;
  let schedule: Scheduled | null = null;
  const prepare = (): Promise<void> => {
    prepared ??= collector.write(prepareStatements(targets)).catch((error: unknown) => {
      prepared = null;
      throw error;
    });
    return prepared;
  };
  const run = async (): Promise<void> => {
    try {
      await prepare();
      await feed?.flush();
      await Promise.all(lanes.flat().map((lane) => lane.sender.drain()));
    } catch (error) {
      log.warn({}, `forwarding waits: ${messageOf(error)}`);
    }
  };
  return {
    start: () => {
      schedule ??= repeat(everyMs, run, (error) => log.error({}, `forwarding failed: ${messageOf(error)}`));
    },
    run,
    close: async () => {
      ending.abort();
      await schedule?.close();
      feed?.close();
      await Promise.all(lanes.flat().map((lane) => lane.sender.settled()));
      db.close();
    },
    status: () =>
      targets.map(({ id, kind, url }, index) => ({
        ...{ id, kind, url: shownTarget(url) },
        lanes: (lanes[index] ?? []).map(({ lane, sender }) => ({
          lane,
          ...queue.state(id, lane),
          problem: sender.problem,
          retries: sender.retries,
        })),
      })),
  };
}

function createLane(
  options: ForwarderOptions,
  target: ForwardTarget,
  lane: Lane,
  queue: QueueReader,
  signal: AbortSignal,
): { readonly lane: Lane; readonly sender: LaneSender } {
  const { collector, clock, random, log, fetch, instanceId, version } = options;
  const sender = { instanceId, userAgent: `seamwatch/${version}` };
  const tools = { fetch, signal, nowMs: clock.nowMs };
  const isOtlp = target.kind === 'otlp';
  const partsDone: PartsDone = new Map();
  const parts = {
    target: target.id,
    lane,
    window: isOtlp ? otlpWindow : 1,
    queue,
    send: (row: Parameters<typeof sendOtlp>[1]) =>
      isOtlp ? sendOtlp(target, row, sender, tools, partsDone) : sendSamples(target, row, sender, tools),
    rejectedOf: (row: Parameters<typeof sendOtlp>[1], answer: Uint8Array) =>
      isOtlp ? rejectedIn(answer, row.encoding) : 0,
    save: collector.write,
    ...{ clock, random, log },
    isEnding: () => signal.aborted,
  };
  return { lane, sender: new LaneSender(parts) };
}

/** A feed that is made anew from disk after a save that failed. */
function createFeed(
  options: ForwarderOptions,
  queue: QueueReader,
): { readonly flush: () => Promise<void>; readonly close: () => void } {
  const { collector, clock, instanceId, maxBytes = defaultQueueBytes } = options;
  const parts = { reader: collector.reader, queue, instanceId, maxBytes, save: collector.write };
  let feed: SampleFeed | null = new SampleFeed(parts, clock.nowMs());
  const unsubscribe = collector.onCommit((notice) => feed?.note(notice, clock.nowMs()));
  return {
    flush: async () => {
      feed ??= new SampleFeed(parts, clock.nowMs());
      try {
        await feed.flush(clock.nowMs());
      } catch (error) {
        feed = null;
        throw error;
      }
    },
    close: unsubscribe,
  };
}

/** Targets that are no longer there are forgotten, with all that waited for nobody else. */
function prepareStatements(targets: readonly ForwardTarget[]): readonly QueueStatement[] {
  const ids = JSON.stringify(targets.map(({ id }) => id));
  return [
    { sql: 'DELETE FROM forward_cursors WHERE target NOT IN (SELECT value FROM json_each(?))', params: [ids] },
    { sql: 'DELETE FROM forward_counts WHERE target NOT IN (SELECT value FROM json_each(?))', params: [ids] },
    ...targets.flatMap(({ id, kind }) => lanesOf(kind).map((lane) => registerStatement(id, lane))),
    { sql: 'DELETE FROM forward_queue WHERE lane NOT IN (SELECT lane FROM forward_cursors)', params: [] },
  ];
}
