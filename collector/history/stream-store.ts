/** The last value of every cumulative stream, so that a restart neither loses nor doubles what was counted. */
import type { Database, Statement } from 'better-sqlite3';
import type { SliceCounts } from '../../src/kernel/series.ts';
import { decodeSlice, encodeSlice } from './slice-codec.ts';

/** One stream: one resource, scope, metric, attribute set and start. `value` is the cumulative state or a gauge's value. */
export interface Stream {
  readonly id: number;
  readonly seriesId: number;
  timeMs: number;
  value: SliceCounts;
  /** When it was last heard of, by the collector's clock; Unix ms. */
  seenMs: number;
}

interface StreamRow {
  readonly id: number;
  readonly resource: string;
  readonly identity: string;
  readonly seriesId: number;
  readonly timeMs: number;
  readonly data: Buffer;
}

/** A stream not heard of for this long is forgotten: its process has ended. */
const forgetAfterMs = 26 * 3_600_000;

/** Changes are written on `flush`, inside the caller's transaction. */
export class StreamStore {
  readonly #byIdentity = new Map<string, Stream>();
  readonly #resources = new Map<string, number>();
  readonly #changed = new Set<Stream>();
  readonly #insert: Statement;
  readonly #replaceValue: Statement;
  readonly #remove: readonly Statement[];
  readonly #limit: number;
  #lastId = 0;

  /** `bucketsOf` gives the number of counts of a series by id; `nowMs` is Unix ms. */
  constructor(db: Database, limit: number, bucketsOf: (seriesId: number) => number, nowMs: number) {
    this.#limit = limit;
    this.#insert = db.prepare('INSERT INTO streams (id, resource, identity, series) VALUES (?, ?, ?, ?)');
    this.#replaceValue = db.prepare('INSERT OR REPLACE INTO stream_values (stream, time_ms, data) VALUES (?, ?, ?)');
    this.#remove = [
      db.prepare('DELETE FROM streams WHERE id = ?'),
      db.prepare('DELETE FROM stream_values WHERE stream = ?'),
    ];
    const rows = db.prepare<[], StreamRow>(
      `SELECT id, resource, identity, series AS seriesId, time_ms AS timeMs, data
       FROM streams JOIN stream_values ON stream = id ORDER BY id`,
    );
    for (const row of rows.iterate()) {
      const value = decodeSlice(row.data, bucketsOf(row.seriesId));
      const stream = { id: row.id, seriesId: row.seriesId, timeMs: row.timeMs, value, seenMs: nowMs };
      this.#byIdentity.set(`${row.resource}\n${row.identity}`, stream);
      this.#resources.set(row.resource, Number.NEGATIVE_INFINITY);
      this.#lastId = Math.max(this.#lastId, row.id);
    }
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
  make(resource: string, identity: string, first: Omit<Stream, 'id'>): Stream | null {
    if (this.#byIdentity.size >= this.#limit) return null;
    this.#lastId += 1;
    const stream = { id: this.#lastId, ...first };
    this.#insert.run(stream.id, resource, identity, stream.seriesId);
    this.#byIdentity.set(`${resource}\n${identity}`, stream);
    this.#changed.add(stream);
    return stream;
  }

  /** The stream's newest state. */
  update(stream: Stream, timeMs: number, value: SliceCounts, nowMs: number): void {
    stream.timeMs = timeMs;
    stream.value = value;
    stream.seenMs = nowMs;
    this.#changed.add(stream);
  }

  flush(): void {
    for (const stream of this.#changed) this.#replaceValue.run(stream.id, stream.timeMs, encodeSlice(stream.value));
    this.#changed.clear();
  }

  /** Forgets streams that ended, at most `limit` of them; returns how many. */
  forget(nowMs: number, limit: number): number {
    let forgotten = 0;
    for (const [key, stream] of this.#byIdentity) {
      if (forgotten >= limit) break;
      if (stream.seenMs > nowMs - forgetAfterMs) continue;
      for (const statement of this.#remove) statement.run(stream.id);
      this.#byIdentity.delete(key);
      this.#changed.delete(stream);
      forgotten += 1;
    }
    return forgotten;
  }
}
