/** A data directory as it is after 30 days of 10,000 series: the collector registers them, their slices are written past it. */
import { createCompaction } from '../collector/history/compaction.ts';
import { historyMigrations } from '../collector/history/schema.ts';
import { readSeries } from '../collector/history/series-store.ts';
import { encodeRun, encodeSlice, type RunSlice } from '../collector/history/slice-codec.ts';
import { SliceStore } from '../collector/history/slice-store.ts';
import { floorTo, tierNumber, tierRunMs, tierSliceMs } from '../collector/history/tiers.ts';
import { openCollector } from '../collector/index.ts';
import { type SamplePoint, sampleMetrics } from '../collector/intake/otlp-samples.ts';
import { fakeClock } from '../src/kernel/clock.ts';
import { durationBoundsSeconds, metric } from '../src/kernel/conventions.ts';
import { dayMs } from '../src/kernel/duration.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import type { Series, SliceCounts } from '../src/kernel/series.ts';
import { openStore, type Store } from '../src/store/index.ts';

export const historyDays = 30;
export const seriesCount = 10_000;
/** Points of one export body. */
const pointsPerBody = 500;

const domains = [
  ...['feed', 'posts', 'chat', 'notifications', 'events', 'search', 'recommendations'],
  ...['users', 'follows', 'gamification', 'media', 'analytics', 'auth'],
];
const outcomes = ['ok', 'rejected', 'error'];

/** What was built. */
export interface BuiltHistory {
  readonly series: number;
  readonly slices: number;
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * How often a series has events at all, as shares of its 15 min, 1 min and 10 s slices: a third in nearly every one, a third now and
 * then, a third (failures) rarely.
 */
const shares = [
  { coarse: 1, minute: 1, fine: 0.9 },
  { coarse: 1, minute: 0.25, fine: 0.1 },
  { coarse: 0.1, minute: 0.01, fine: 0.002 },
] as const;

/** Points of all series at one export; `round` (1, 2, …) makes the totals grow. */
export function exportBodies(startMs: number, timeMs: number, round: number): Buffer[] {
  const resource = {
    'service.name': 'campus',
    'service.instance.id': 'bench-1',
    'telemetry.sdk.name': 'opentelemetry',
  };
  const bodies: Buffer[] = [];
  for (let from = 0; from < seriesCount; from += pointsPerBody) {
    const points = Array.from({ length: pointsPerBody }, (_, index) => pointOf(from + index, startMs, timeMs, round));
    bodies.push(sampleMetrics(resource, points));
  }
  return bodies;
}

/** Six tenths requests, two calls between domains, two statements: all of them signals that the engine reads. */
function pointOf(index: number, startMs: number, timeMs: number, round: number): SamplePoint {
  const events = shareOf(index).fine > 0.5 ? 3 * round : Math.ceil(round / 10);
  const counts = [...durationBoundsSeconds, 0].map((_bound, bucket) =>
    bucket >= 6 && bucket < 12 && (bucket + index) % 2 === 0 ? events : 0,
  );
  const shape = { shape: 'histogram', temporality: 2, bounds: durationBoundsSeconds, counts } as const;
  return { ...shape, name: nameOf(index), startMs, timeMs, value: events * 0.12, attributes: labelsOf(index) };
}

function shareOf(index: number) {
  return shares[index % 3] ?? shares[0];
}

function nameOf(index: number): string {
  if (index % 10 < 6) return metric.requestDuration;
  return index % 10 < 8 ? metric.callDuration : metric.dbDuration;
}

function labelsOf(index: number): Record<string, string | boolean> {
  const domain = domains[index % 13] ?? '';
  const other = domains[(index + 1 + (index % 11)) % 13] ?? '';
  const number = Math.floor(index / 39);
  if (index % 10 < 6) {
    const operation = `GET /api/${domain}/${number}`;
    return {
      'seam.domain': domain,
      'seam.operation': operation,
      entry: index % 4 > 0,
      outcome: outcomes[index % 3] ?? '',
    };
  }
  if (index % 10 < 8)
    return { from: domain, to: other, mode: 'sync', in_tx: false, 'seam.operation': `call${number}.${index % 39}` };
  return {
    'seam.domain': domain,
    table: `table${number}`,
    op: index % 2 === 0 ? 'select' : 'update',
    n: `${index % 39}`,
  };
}

/** Takes about a minute. `nowMs` is where the history ends. */
export async function buildHistory(file: string, nowMs: number, clock: () => number): Promise<BuiltHistory> {
  const begun = clock();
  await registerSeries(file, nowMs);
  const store = openStore(file, historyMigrations);
  store.db.pragma('synchronous = OFF');
  const series = readSeries(store.db, 0);
  const slices = writeSlices(store, series, nowMs);
  const bytes = Number(store.db.pragma('page_count', { simple: true })) * 8_192;
  store.close();
  return { series: series.length, slices, seconds: (clock() - begun) / 1_000, bytes };
}

/** Through the real intake, so that the same points find the same series later. */
async function registerSeries(file: string, nowMs: number): Promise<void> {
  const clock = fakeClock(nowMs - historyDays * dayMs);
  const collector = await openCollector({ file, clock, log: silentLog, mapping: [], migrations: [] });
  const startMs = clock.nowMs() - 60_000;
  for (const body of exportBodies(startMs, clock.nowMs(), 1)) {
    await collector.receive({ telemetry: 'metrics', body });
  }
  await collector.close();
}

function writeSlices({ db }: Store, series: readonly Series[], nowMs: number): number {
  // Sets the tiers to where a process that ran all the time has them.
  const compaction = createCompaction(db, (id) => series[id - 1], 400 * dayMs);
  const store = new SliceStore(db, nowMs);
  for (let more = true; more; ) {
    const { tiers, moved } = compaction.step(store.tiers(), nowMs, series.length);
    store.setTiers(tiers);
    more = moved;
  }
  const { fineFrom, minuteFrom } = store.tiers();
  const fromMs = floorTo(nowMs - historyDays * dayMs, dayMs);
  const insertRun = db.prepare('INSERT OR REPLACE INTO slice_runs (tier, start, series, data) VALUES (?, ?, ?, ?)');
  let slices = 0;
  for (const tier of ['coarse', 'minute'] as const) {
    const from = tier === 'coarse' ? fromMs : minuteFrom;
    const to = tier === 'coarse' ? minuteFrom : fineFrom;
    for (let start = floorTo(from, tierRunMs[tier]); start < to; start += tierRunMs[tier]) {
      const runs = patterns(tier, Math.min(tierRunMs[tier], to - start) / tierSliceMs[tier], start);
      db.transaction(() => {
        for (const [index, { id }] of series.entries()) {
          const run = runs[(index % 3) * 16 + ((index >> 2) & 15)];
          if (run === undefined || run.slices === 0) continue;
          insertRun.run(tierNumber[tier], start, id, run.data);
          slices += run.slices;
        }
      })();
    }
  }
  return slices + writeFine(db, series, fineFrom, nowMs);
}

function writeFine(db: Store['db'], series: readonly Series[], fromMs: number, nowMs: number): number {
  const insert = db.prepare('INSERT OR REPLACE INTO slices_fine (start, series, data) VALUES (?, ?, ?)');
  const random = seededRandom(5);
  const blobs = Array.from({ length: 16 }, () => encodeSlice(sliceOf(random, 10)));
  let slices = 0;
  for (let start = fromMs; start < nowMs; start += tierSliceMs.fine) {
    db.transaction(() => {
      for (const [index, { id }] of series.entries()) {
        if (random() >= shareOf(index).fine) continue;
        insert.run(start, id, blobs[(index + slices) & 15]);
        slices += 1;
      }
    })();
  }
  return slices;
}

/** 16 runs for each of the three kinds of series: distinct enough, and made once for all series. */
function patterns(
  tier: 'minute' | 'coarse',
  slots: number,
  seed: number,
): { readonly data: Buffer; readonly slices: number }[] {
  const random = seededRandom(seed / tierRunMs.minute);
  return shares.flatMap((share) =>
    Array.from({ length: 16 }, () => {
      const run: RunSlice[] = [];
      for (let slot = 0; slot < slots; slot += 1) {
        if (random() < share[tier]) run.push({ slot, value: sliceOf(random, tierSliceMs[tier] / 1_000) });
      }
      return { data: encodeRun(run), slices: run.length };
    }),
  );
}

/** Some events in a few neighbouring buckets. */
function sliceOf(random: () => number, most: number): SliceCounts {
  const counts = new Array<number>(durationBoundsSeconds.length + 1).fill(0);
  const first = 4 + Math.floor(random() * 8);
  for (let bucket = first; bucket < first + 5; bucket += 1) counts[bucket] = Math.floor(random() * most);
  return { counts, sum: Math.floor(random() * 1_000) / 1_000, max: null };
}
