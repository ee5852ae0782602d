/** The last value of every cumulative stream, so that a restart neither loses nor doubles what was counted. */
import type { Database, Statement } from 'better-sqlite3';
import type { SliceCounts } from '../../src/kernel/series.ts';
import { type RunningCounts, runningCopy } from './slice-values.ts';
import { StreamLog, type StreamState } from './stream-log.ts';

/** One stream: one resource, scope, metric, attribute set and start. `value` is the cumulative state or a gauge's value. */
export interface Stream extends StreamState {
  readonly seriesId: number;
  value: RunningCounts;
  /** When it was last heard of, by the collector's clock; Unix ms. */
  seenMs: number;
  /** The store does not know it any more; whoever holds it looks for it again. */
  isForgotten: boolean;
}

/** What a stream begins with. */
export interface NewStream {
  readonly seriesId: number;
  readonly timeMs: number;
  readonly value: SliceCounts;
  readonly seenMs: number;
}

interface StreamRow {
  readonly id: number;
  readonly resource: string;
  readonly identity: string;
  readonly seriesId: number;
}

/** A stream not heard of for this long is forgotten: its process has ended. */
const forgetAfterMs = 26 * 3_600_000;

/** Changes are written on `flush`, inside the caller's transaction. */
export class StreamStore {
  readonly #byIdentity = new Map<string, Stream>();
  readonly #resources = new Map<string, number>();
  readonly #log: StreamLog;
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #limit: number;
  #lastId = 0;

  /** `bucketsOf` gives the number of counts of a series by id; `nowMs` is Unix ms. */
  constructor(db: Database, limit: number, bucketsOf: (seriesId: number) => number, nowMs: number) {
    this.#limit = limit;
    this.#insert = db.prepare('INSERT INTO streams (id, resource, identity, series) VALUES (?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM streams WHERE id = ?');
    this.#log = new StreamLog(db);
    const byId = new Map<number, Stream>();
    const rows = db.prepare<[], StreamRow>(
      'SELECT id, resource, identity, series AS seriesId FROM streams ORDER BY id',
    );
    for (const { id, resource, identity, seriesId } of rows.iterate()) {
      const counts = new Array<number>(bucketsOf(seriesId)).fill(0);
      const stream = newStream(id, { seriesId, timeMs: 0, value: { counts, sum: 0, max: null }, seenMs: nowMs });
      byId.set(id, stream);
      this.#byIdentity.set(`${resource}\n${identity}`, stream);
      this.#resources.set(resource, Number.NEGATIVE_INFINITY);
      this.#lastId = Math.max(this.#lastId, id);
    }
    this.#log.read(byId);
    // Without a state a stream is as good as never heard of: its row has outlived a damaged log.
    for (const [key, stream] of this.#byIdentity) if (stream.row === null) this.#drop(key, stream);
  }

  find(resource: string, identity: string): Stream | undefined {
    return this.#byIdentity.get(`${resource}\n${identity}`);
  }

  streams(): Iterable<Stream> {
    return this.#byIdentity.values();
  }

  /** How long ago the resource was first heard of, in ms; 0 for the first time. */
  knownForMs(resource: string, nowMs: number): number {
    const since = this.#resources.get(resource);
    if (since !== undefined) return nowMs - since;
    this.#resources.set(resource, nowMs);
    return 0;
  }

  /** Null when there is no room for another stream. */
  make(resource: string, identity: string, first: NewStream): Stream | null {
    if (this.#byIdentity.size >= this.#limit) return null;
    this.#lastId += 1;
    const stream = newStream(this.#lastId, first);
    this.#insert.run(stream.id, resource, identity, stream.seriesId);
    this.#byIdentity.set(`${resource}\n${identity}`, stream);
    this.#log.change(stream);
    return stream;
  }

  /** The stream's newest state; `value` is copied. */
  update(stream: Stream, timeMs: number, value: SliceCounts, nowMs: number): void {
    stream.timeMs = timeMs;
    stream.seenMs = nowMs;
    stream.value.sum = value.sum;
    stream.value.max = value.max;
    const { counts } = stream.value;
    if (counts.length === value.counts.length) {
      for (let index = 0; index < counts.length; index += 1) counts[index] = value.counts[index] ?? 0;
    } else stream.value.counts = value.counts.slice();
    this.#log.change(stream);
  }

  flush(): void {
    this.#log.flush();
  }

  /** Forgets streams that ended, at most `limit` of them; returns how many. */
  forget(nowMs: number, limit: number): number {
    let forgotten = 0;
    for (const [key, stream] of this.#byIdentity) {
      if (forgotten >= limit) break;
      if (stream.seenMs > nowMs - forgetAfterMs) continue;
      this.#drop(key, stream);
      forgotten += 1;
    }
    return forgotten;
  }

  #drop(key: string, stream: Stream): void {
    this.#remove.run(stream.id);
    this.#byIdentity.delete(key);
    this.#log.forget(stream);
    stream.isForgotten = true;
  }
}

function newStream(id: number, { seriesId, timeMs, value, seenMs }: NewStream): Stream {
  const state = { id, timeMs, value: runningCopy(value), row: null, bytes: 0, isChanged: false };
  return { ...state, seriesId, seenMs, isForgotten: false };
}
