/** Follows what the commits add and puts it into the queue as samples: running totals that survive a restart. */
import { sliceMs, watermarkLagMs } from '../../src/kernel/conventions.ts';
import { hourMs } from '../../src/kernel/duration.ts';
import type { Series, Slice } from '../../src/kernel/series.ts';
import type { HistoryReader } from '../history/index.ts';
import type { CommitNotice } from '../intake/notice.ts';
import { dropOldestStatements, enqueueStatement, type QueueStatement } from './lanes.ts';
import type { QueueReader, StoredTotal } from './queue-reader.ts';
import { RunningTotal } from './running-total.ts';
import { SampleNames } from './sample-names.ts';
import { seriesOf } from './total-samples.ts';
import { encodeWriteRequests, type SampleSeries } from './write-request.ts';

/** What a feed works with. */
export interface FeedParts {
  readonly reader: Pick<HistoryReader, 'revision' | 'series' | 'slices' | 'freshness'>;
  readonly queue: QueueReader;
  readonly instanceId: string;
  readonly maxBytes: number;
  readonly save: (statements: readonly QueueStatement[]) => Promise<void>;
}

/** Older than this no receiver takes a sample any more. */
const oldestMs = hourMs;

/** One per collector. After a failed save it is to be made anew: the disk knows up to where it had come. */
export class SampleFeed {
  readonly #parts: FeedParts;
  readonly #names: SampleNames;
  readonly #totals = new Map<number, RunningTotal>();
  readonly #synthetic = new Set<number>();
  readonly #seen = new Map<string, number>();
  readonly #revision: number;
  #throughMs: number;

  /** Reads what is stored; `nowMs` is where it begins the first time. */
  constructor(parts: FeedParts, nowMs: number) {
    this.#parts = parts;
    this.#names = new SampleNames(parts.instanceId);
    this.#throughMs = parts.queue.through() ?? floorTo(nowMs, sliceMs.fine);
    this.#revision = this.#load(Math.max(this.#throughMs, floorTo(nowMs - oldestMs, sliceMs.fine)));
  }

  /** What a commit has added; those that were read from the disk already are passed over. */
  note(notice: CommitNotice, nowMs: number): void {
    if (notice.revision <= this.#revision) return;
    for (const series of notice.newSeries) this.#know(series);
    for (const { signal, source, startMs } of notice.presence)
      this.#hear(`${source} ${signal}`, startMs + sliceMs.fine);
    for (const slice of notice.slices) this.#add(slice, nowMs);
  }

  /** Puts every complete slice into the queue, with the totals in one transaction. @throws what saving throws */
  async flush(nowMs: number): Promise<void> {
    const throughMs = floorTo(nowMs - watermarkLagMs, sliceMs.fine);
    if (throughMs <= this.#throughMs) return;
    this.#throughMs = throughMs;
    const { queue, maxBytes, save } = this.#parts;
    const made: SampleSeries[] = [];
    const statements: QueueStatement[] = [];
    for (const total of this.#totals.values()) {
      const { series } = total;
      const samples = total.take(throughMs, this.#seen.get(`${series.source} ${series.signal}`) ?? 0);
      if (samples.length === 0) continue;
      made.push(...seriesOf(series, this.#names.labelsOf(series), samples));
      statements.push(totalStatement(total));
    }
    for (const { body, samples } of encodeWriteRequests(made)) {
      statements.push(enqueueStatement({ lane: 'samples', encoding: 'snappy', records: samples, body, atMs: nowMs }));
    }
    statements.push({ sql: 'INSERT OR REPLACE INTO forward_through VALUES (1, ?)', params: [throughMs] });
    await save([...statements, ...dropOldestStatements(queue.db, maxBytes)]);
  }

  /** Series, totals and the slices since `fromMs`; read again when a commit came in between. Returns the revision that was read. */
  #load(fromMs: number): number {
    const { reader, queue } = this.#parts;
    const stored = new Map(queue.totals().map((total) => [total.series, total]));
    for (;;) {
      const revision = reader.revision();
      this.#totals.clear();
      for (const series of reader.series()) this.#know(series, stored.get(series.id));
      const slices = reader.slices([...this.#totals.keys()], fromMs, Number.MAX_SAFE_INTEGER);
      if (reader.revision() !== revision) continue;
      for (const slice of slices) this.#totals.get(slice.seriesId)?.add(slice);
      return revision;
    }
  }

  /** Simulated series stay at home. */
  #know(series: Series, stored?: StoredTotal | undefined): void {
    if (series.synthetic) {
      this.#synthetic.add(series.id);
      return;
    }
    if (this.#totals.has(series.id)) return;
    this.#totals.set(series.id, new RunningTotal(series, stored ?? null));
    const { signal, source } = series;
    const key = `${source} ${signal}`;
    if (!this.#seen.has(key)) this.#hear(key, this.#parts.reader.freshness(signal, source)?.lastPointMs ?? 0);
  }

  #hear(key: string, timeMs: number): void {
    this.#seen.set(key, Math.max(this.#seen.get(key) ?? 0, timeMs));
  }

  #add(slice: Slice, nowMs: number): void {
    if (this.#synthetic.has(slice.seriesId) || slice.startMs + slice.durationMs < nowMs - oldestMs) return;
    this.#totals.get(slice.seriesId)?.add(slice);
  }
}

function totalStatement(total: RunningTotal): QueueStatement {
  const { series, sum, counts, lastMs, isStale } = total.stored();
  const sql = 'INSERT OR REPLACE INTO forward_totals (series, sum, counts, last_ms, stale) VALUES (?, ?, ?, ?, ?)';
  return { sql, params: [series, sum, JSON.stringify(counts), lastMs, isStale ? 1 : 0] };
}

function floorTo(ms: number, unit: number): number {
  return Math.floor(ms / unit) * unit;
}
