/**
 * The states of streams as a log: one row a commit holds all that it has changed. A state is good until a later row holds another of the
 * same stream; when too much of the log is outdated, what is still good in its oldest rows is written again and they go.
 */
import type { Database, Statement } from 'better-sqlite3';
import { ByteCursor, ByteWriter, readSlice, writeSlice } from './slice-codec.ts';
import type { RunningCounts } from './slice-values.ts';

/** A stream as the log sees it; `row`, `bytes` and `isChanged` are the log's own. */
export interface StreamState {
  readonly id: number;
  /** Unix ms of its last point. */
  timeMs: number;
  value: RunningCounts;
  /** Where its last written state is; null before the first. */
  row: LogRow | null;
  bytes: number;
  isChanged: boolean;
}

/** One row and the streams in it. */
export interface LogRow {
  readonly id: number | bigint;
  readonly bytes: number;
  readonly streams: readonly StreamState[];
}

/** Beyond as much as is good, so many bytes may be outdated, in at most so many rows. */
const outdatedBytes = 4_194_304;
const mostRows = 4_096;

/** Writes inside the caller's transaction. */
export class StreamLog {
  readonly #db: Database;
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #outdatedBytes: number;
  readonly #output = new ByteWriter();
  readonly #rows: LogRow[] = [];
  #changed: StreamState[] = [];
  /** Of all rows, and of the states in them that are good. */
  #bytes = 0;
  #goodBytes = 0;

  /** `outdated`: see above; smaller in tests. */
  constructor(db: Database, outdated: number = outdatedBytes) {
    this.#db = db;
    this.#outdatedBytes = outdated;
    this.#insert = db.prepare('INSERT INTO stream_log (data) VALUES (?)');
    this.#remove = db.prepare('DELETE FROM stream_log WHERE id = ?');
  }

  /** Puts the stored states into these streams, by id; states of others are outdated. */
  read(streams: ReadonlyMap<number, StreamState>): void {
    const rows = this.#db.prepare<[], { id: number; stream: number | null; timeMs: number | null; data: Buffer }>(
      'SELECT id, stream, time_ms AS timeMs, data FROM stream_log ORDER BY id',
    );
    for (const { id, stream, timeMs, data } of rows.iterate()) {
      const input = new ByteCursor(data);
      const found: StreamState[] = [];
      const row = { id, bytes: data.length, streams: found };
      while (!input.ended()) {
        const from = input.at;
        const known = streams.get(stream ?? input.varint());
        const atMs = timeMs ?? input.double();
        const value = readSlice(input, known?.value.counts.length ?? 0);
        if (known === undefined) continue;
        known.timeMs = atMs;
        known.value = value;
        found.push(known);
        this.#place(known, row, input.at - from);
      }
      this.#rows.push(row);
      this.#bytes += row.bytes;
    }
  }

  /** The stream has a new state: it is written with the next flush. */
  change(stream: StreamState): void {
    if (stream.isChanged) return;
    stream.isChanged = true;
    this.#changed.push(stream);
  }

  /** Its states are outdated. */
  forget(stream: StreamState): void {
    stream.isChanged = false;
    this.#goodBytes -= stream.bytes;
    stream.bytes = 0;
    stream.row = null;
  }

  flush(): void {
    if (this.#changed.length > 0) this.#dropOutdated();
    const streams = this.#changed.filter((stream) => stream.isChanged);
    this.#changed = [];
    if (streams.length === 0) return;
    const ends = streams.map((stream) => {
      this.#output.varint(stream.id);
      this.#output.double(stream.timeMs);
      writeSlice(this.#output, stream.value);
      return this.#output.length;
    });
    const { lastInsertRowid } = this.#insert.run(this.#output.view());
    const row = { id: lastInsertRowid, bytes: this.#output.length, streams };
    for (const [index, stream] of streams.entries()) {
      this.#place(stream, row, (ends[index] ?? 0) - (ends[index - 1] ?? 0));
      stream.isChanged = false;
    }
    this.#rows.push(row);
    this.#bytes += row.bytes;
    this.#output.clear();
  }

  /** Each byte that was written is copied about once, however long a stream says nothing new. */
  #dropOutdated(): void {
    while (this.#bytes > 2 * this.#goodBytes + this.#outdatedBytes || this.#rows.length >= mostRows) {
      const oldest = this.#rows.shift();
      if (oldest === undefined) return;
      for (const stream of oldest.streams) if (stream.row === oldest) this.change(stream);
      this.#remove.run(oldest.id);
      this.#bytes -= oldest.bytes;
    }
  }

  #place(stream: StreamState, row: LogRow, bytes: number): void {
    this.#goodBytes += bytes - stream.bytes;
    stream.row = row;
    stream.bytes = bytes;
  }
}
