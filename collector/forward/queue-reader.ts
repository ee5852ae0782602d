/** The main thread's side of the queue: reads what waits over a connection of its own. */
import type { Database } from 'better-sqlite3';
import type { Lane } from './lanes.ts';

/** One body that waits. */
export interface QueuedRow {
  readonly id: number;
  readonly lane: Lane;
  readonly encoding: 'protobuf' | 'json' | 'snappy';
  readonly records: number;
  readonly bytes: number;
  /** Which installations it has passed before. */
  readonly via: string;
  readonly body: Uint8Array;
}

/** What waits for a target, and what became of the rest. */
export interface LaneState {
  readonly waiting: number;
  readonly waitingBytes: number;
  /** When the oldest of them was queued (Unix ms); null when none waits or it is not known. */
  readonly oldestMs: number | null;
  readonly counts: readonly { readonly outcome: string; readonly bodies: number; readonly records: number }[];
}

/** Running totals of a series that is sent on as samples. */
export interface StoredTotal {
  readonly series: number;
  readonly sum: number;
  readonly counts: readonly number[];
  readonly lastMs: number;
  readonly isStale: boolean;
}

/** Rows read at once hold no more than this, but always one. */
const readBytes = 16_777_216;

/** Reads one database; every call sees the last commit. */
export class QueueReader {
  readonly #db: Database;

  /** `db` is a read-only connection, which stays the caller's. */
  constructor(db: Database) {
    this.#db = db;
  }

  /** The oldest rows that the target has not yet sent, at most `limit`. */
  next(target: string, lane: Lane, limit: number): readonly QueuedRow[] {
    const sizes = this.#db
      .prepare<[string, string, string, number], { id: number; bytes: number }>(
        `SELECT id, bytes FROM forward_queue WHERE lane = ?
         AND id > (SELECT sent_through FROM forward_cursors WHERE target = ? AND lane = ?) ORDER BY id LIMIT ?`,
      )
      .all(lane, target, lane, limit);
    let total = 0;
    const ids = sizes.filter(({ bytes }, index) => {
      total += bytes;
      return index === 0 || total <= readBytes;
    });
    const row = this.#db.prepare<[number], QueuedRow>('SELECT * FROM forward_queue WHERE id = ?');
    return ids.flatMap(({ id }) => row.get(id) ?? []);
  }

  /** Bytes that wait for all targets together. */
  bytes(): number {
    return this.#db.prepare<[], number>('SELECT bytes FROM forward_size').pluck().get() ?? 0;
  }

  state(target: string, lane: Lane): LaneState {
    const waiting = this.#db
      .prepare<[string, string, string], { waiting: number; waitingBytes: number }>(
        `SELECT count(*) AS waiting, coalesce(sum(bytes), 0) AS waitingBytes FROM forward_queue WHERE lane = ?
         AND id > (SELECT sent_through FROM forward_cursors WHERE target = ? AND lane = ?)`,
      )
      .get(lane, target, lane) ?? { waiting: 0, waitingBytes: 0 };
    const counts = this.#db
      .prepare<[string, string], LaneState['counts'][number]>(
        'SELECT outcome, bodies, records FROM forward_counts WHERE target = ? AND lane = ? ORDER BY outcome',
      )
      .all(target, lane);
    const oldestMs =
      waiting.waiting === 0
        ? null
        : this.#db
            .prepare<[string, string, string], number>(
              `SELECT at_ms FROM forward_queue WHERE lane = ?
               AND id > (SELECT sent_through FROM forward_cursors WHERE target = ? AND lane = ?) ORDER BY id LIMIT 1`,
            )
            .pluck()
            .get(lane, target, lane);
    return { ...waiting, oldestMs: oldestMs || null, counts };
  }

  totals(): readonly StoredTotal[] {
    return this.#db
      .prepare<[], { series: number; sum: number; counts: string; lastMs: number; stale: number }>(
        'SELECT series, sum, counts, last_ms AS lastMs, stale FROM forward_totals',
      )
      .all()
      .map(({ counts, stale, ...rest }) => ({ ...rest, counts: numbersOf(counts), isStale: stale === 1 }));
  }

  /** Up to when (Unix ms) slices are in the totals; null before the first time. */
  through(): number | null {
    return this.#db.prepare<[], number>('SELECT ms FROM forward_through').pluck().get() ?? null;
  }

  get db(): Database {
    return this.#db;
  }
}

function numbersOf(json: string): readonly number[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.map(Number) : [];
}
