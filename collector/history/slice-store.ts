/** Adds counts to the stored slices, one group commit at a time, and says what it added. */
import type { Database, Statement } from 'better-sqlite3';
import type { Series, Slice, SliceCounts } from '../../src/kernel/series.ts';
import { RecentSlices } from './recent-slices.ts';
import { ByteWriter, decodeRun, decodeSlice, encodeRun, type RunSlice, writeSlice } from './slice-codec.ts';
import { addTo, joinSlices, type RunningCounts } from './slice-values.ts';
import {
  floorTo,
  readTiers,
  type TierState,
  tierNumber,
  tierOf,
  tierRunMs,
  tierSliceMs,
  wantedTiers,
  writeTiers,
} from './tiers.ts';

interface Addition {
  readonly series: Series;
  readonly value: RunningCounts;
}

/** Between `add` and `flush` nothing is written; both belong to one transaction of the caller. */
export class SliceStore {
  readonly #selectFine: Statement<[number, number], { data: Buffer }>;
  readonly #replaceFine: Statement;
  readonly #selectRun: Statement<[number, number, number], { data: Buffer }>;
  readonly #replaceRun: Statement;
  readonly #fine = new Map<number, Map<number, Addition>>();
  readonly #runs = new Map<string, Map<number, Addition>>();
  readonly #recent = new RecentSlices();
  readonly #output = new ByteWriter();
  #tiers: TierState;

  /** `nowMs` decides the resolutions of a database that is still empty. */
  constructor(db: Database, nowMs: number) {
    this.#selectFine = db.prepare('SELECT data FROM slices_fine WHERE start = ? AND series = ?');
    this.#replaceFine = db.prepare('INSERT OR REPLACE INTO slices_fine (start, series, data) VALUES (?, ?, ?)');
    this.#selectRun = db.prepare('SELECT data FROM slice_runs WHERE tier = ? AND start = ? AND series = ?');
    this.#replaceRun = db.prepare('INSERT OR REPLACE INTO slice_runs (tier, start, series, data) VALUES (?, ?, ?, ?)');
    const stored = readTiers(db);
    this.#tiers = stored ?? { ...wantedTiers(nowMs), fineMoved: 0, minuteMoved: 0 };
    if (stored === null) writeTiers(db, this.#tiers);
  }

  /** The resolutions after compaction has moved something. */
  setTiers(tiers: TierState): void {
    if (tiers !== this.#tiers) this.#recent.clear();
    this.#tiers = tiers;
  }

  tiers(): TierState {
    return this.#tiers;
  }

  /** Adds `value` less `before` (null: nothing) to the slice that holds `atMs` (Unix ms) at the resolution of its age. */
  add(series: Series, atMs: number, value: SliceCounts, before: SliceCounts | null = null): void {
    const tier = tierOf(this.#tiers, series.id, atMs);
    const start = floorTo(atMs, tierSliceMs[tier]);
    if (tier === 'fine') {
      addIn(mapIn(this.#fine, start), series.id, series, value, before);
      return;
    }
    const runStart = floorTo(atMs, tierRunMs[tier]);
    addIn(mapIn(this.#runs, `${tierNumber[tier]} ${runStart} ${series.id}`), start, series, value, before);
  }

  /** The slice in which `add` puts a point of this time. */
  slotOf(series: Series, atMs: number): { readonly startMs: number; readonly durationMs: number } {
    const durationMs = tierSliceMs[tierOf(this.#tiers, series.id, atMs)];
    return { startMs: floorTo(atMs, durationMs), durationMs };
  }

  /** Writes every addition; returns them as slices: differences, for a gauge its value. */
  flush(): Slice[] {
    const added: Slice[] = [];
    for (const [startMs, additions] of this.#fine) {
      for (const { series, value } of additions.values()) {
        this.#writeFine(startMs, series, value);
        added.push({ seriesId: series.id, startMs, durationMs: tierSliceMs.fine, ...value });
      }
    }
    for (const [key, additions] of this.#runs) this.#writeRun(key, additions, added);
    this.discard();
    return added;
  }

  /** Forgets what was added since the last flush. */
  discard(): void {
    this.#fine.clear();
    this.#runs.clear();
  }

  #writeFine(startMs: number, series: Series, value: SliceCounts): void {
    const whole = this.#recent.whole(series, startMs, () => {
      const row = this.#selectFine.get(startMs, series.id);
      return row === undefined ? emptySlice(series) : decodeSlice(row.data, bucketsOf(series));
    });
    addTo(whole, series.kind, value, null);
    this.#output.clear();
    writeSlice(this.#output, whole);
    this.#replaceFine.run(startMs, series.id, this.#output.view());
  }

  #writeRun(key: string, additions: ReadonlyMap<number, Addition>, added: Slice[]): void {
    const [tier = 0, runStart = 0, seriesId = 0] = key.split(' ').map(Number);
    const durationMs = tier === tierNumber.minute ? tierSliceMs.minute : tierSliceMs.coarse;
    const more: RunSlice[] = [];
    let owner: Series | null = null;
    for (const [startMs, { series, value }] of additions) {
      owner = series;
      more.push({ slot: (startMs - runStart) / durationMs, value });
      added.push({ seriesId, startMs, durationMs, ...value });
    }
    if (owner === null) return;
    const row = this.#selectRun.get(tier, runStart, seriesId);
    const stored = row === undefined ? [] : decodeRun(row.data, bucketsOf(owner));
    this.#replaceRun.run(tier, runStart, seriesId, encodeRun(joinRuns(owner, stored, more)));
  }
}

/** How many counts a slice of the series has. */
export function bucketsOf(series: Series): number {
  return series.bounds === null ? 0 : series.bounds.length + 1;
}

/** Both runs in one, ascending by slot; where both have a slot, `later` is added to `earlier`. */
export function joinRuns(series: Series, earlier: readonly RunSlice[], later: readonly RunSlice[]): RunSlice[] {
  const slots = new Map(earlier.map((slice) => [slice.slot, slice.value]));
  for (const { slot, value } of later) {
    const before = slots.get(slot);
    slots.set(slot, before === undefined ? value : joinSlices(series.kind, before, value));
  }
  return [...slots].map(([slot, value]) => ({ slot, value })).sort((left, right) => left.slot - right.slot);
}

function mapIn<K>(maps: Map<K, Map<number, Addition>>, key: K): Map<number, Addition> {
  let inner = maps.get(key);
  if (inner === undefined) {
    inner = new Map();
    maps.set(key, inner);
  }
  return inner;
}

function addIn(
  additions: Map<number, Addition>,
  key: number,
  series: Series,
  value: SliceCounts,
  before: SliceCounts | null,
): void {
  let addition = additions.get(key);
  if (addition === undefined) {
    addition = { series, value: emptySlice(series) };
    additions.set(key, addition);
  }
  addTo(addition.value, series.kind, value, before);
}

function emptySlice(series: Series): RunningCounts {
  return { counts: new Array<number>(bucketsOf(series)).fill(0), sum: 0, max: null };
}
