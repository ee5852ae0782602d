/** The register of series: one id per (signal, kind, source, labels, synthetic, bounds), with a hard upper limit. */
import { hash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { labelKey, type Series, type SeriesKind, type SeriesSource } from '../../src/kernel/series.ts';
import { type OverflowExample, OverflowLog } from './overflow-log.ts';

/** Everything of a series but its id. */
export type SeriesIdentity = Omit<Series, 'id'>;

interface SeriesRow {
  readonly id: number;
  readonly signal: string;
  readonly kind: SeriesKind;
  readonly source: SeriesSource;
  readonly labels: string;
  readonly synthetic: number;
  readonly bounds: string | null;
}

/** Overflow series stand beyond the limit, one per signal and shape; this many of them. */
const overflowAllowance = 1_000;
const none: readonly Series[] = [];
const overflowLabels = { overflow: 'true' };

/** Finds or makes series inside the caller's transaction. */
export class SeriesStore {
  readonly #byKey = new Map<string, Series>();
  readonly #byId: Series[] = [];
  /** Histograms that differ in nothing but their bounds, by that and by the id of each. */
  readonly #families = new Map<string, Series[]>();
  readonly #familyOf: Series[][] = [];
  readonly #insert: Statement;
  readonly #limit: number;
  #made: Series[] = [];
  #overflowed = 0;
  readonly #overflow = new OverflowLog();

  constructor(db: Database, limit: number) {
    this.#insert = db.prepare(
      'INSERT INTO series (id, signal, kind, source, labels, synthetic, bounds) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#limit = limit;
    for (const series of readSeries(db, 0)) this.#remember(series);
  }

  /** The series itself; beyond the limit the signal's overflow series; null when there is no room for that either. */
  find(identity: SeriesIdentity): Series | null {
    const key = keyOf(identity);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#byKey.size < this.#limit) return this.#make(identity);
    this.#overflowed += 1;
    this.#overflow.note(key, identity);
    const overflow = { ...identity, labels: overflowLabels };
    const existing = this.#byKey.get(keyOf(overflow));
    if (existing !== undefined) return existing;
    return this.#byKey.size < this.#limit + overflowAllowance ? this.#make(overflow) : null;
  }

  /** Those that differ from `series` in their bounds alone. */
  onOtherBounds(series: Series): readonly Series[] {
    const family = this.#familyOf[series.id] ?? [];
    return family.length <= 1 ? none : family.filter((other) => other !== series);
  }

  byId(id: number): Series | undefined {
    return this.#byId[id];
  }

  /** Also the highest id. */
  size(): number {
    return this.#byKey.size;
  }

  /** Series made since the last call. */
  takeMade(): Series[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }

  /** Label sets that went beyond the limit since the last call, the most recent ones. */
  takeOverflow(): OverflowExample[] {
    return this.#overflow.take();
  }

  /** How many lookups went beyond the limit since the last call. */
  takeOverflowed(): number {
    const overflowed = this.#overflowed;
    this.#overflowed = 0;
    return overflowed;
  }

  #make(identity: SeriesIdentity): Series {
    const series: Series = { id: this.#byKey.size + 1, ...identity };
    this.#insert.run(
      series.id,
      series.signal,
      series.kind,
      series.source,
      JSON.stringify(series.labels),
      series.synthetic ? 1 : 0,
      series.bounds === null ? null : JSON.stringify(series.bounds),
    );
    this.#remember(series);
    this.#made.push(series);
    return series;
  }

  #remember(series: Series): void {
    this.#byKey.set(keyOf(series), series);
    this.#byId[series.id] = series;
    if (series.kind !== 'histogram') return;
    const key = familyKeyOf(series);
    const family = this.#families.get(key) ?? [];
    family.push(series);
    this.#families.set(key, family);
    this.#familyOf[series.id] = family;
  }
}

/** The stored series with an id above `afterId`, ascending; series with the same bounds share one array, also those of `known`. */
export function readSeries(db: Database, afterId: number, known = new Map<string, readonly number[]>()): Series[] {
  const rows = db.prepare<[number], SeriesRow>('SELECT * FROM series WHERE id > ? ORDER BY id').all(afterId);
  return rows.map((row) => ({
    id: row.id,
    signal: row.signal,
    kind: row.kind,
    source: row.source,
    labels: JSON.parse(row.labels),
    synthetic: row.synthetic === 1,
    bounds: row.bounds === null ? null : sharedBounds(row.bounds, known),
  }));
}

function sharedBounds(json: string, known: Map<string, readonly number[]>): readonly number[] {
  const shared = known.get(json);
  if (shared !== undefined) return shared;
  const bounds: readonly number[] = JSON.parse(json);
  known.set(json, bounds);
  return bounds;
}

function keyOf(series: SeriesIdentity): string {
  return `${familyKeyOf(series)}\n${series.bounds === null ? '' : boundsKey(series.bounds)}`;
}

function familyKeyOf(series: SeriesIdentity): string {
  return `${series.signal}\n${series.kind}\n${series.source}\n${series.synthetic}\n${labelKey(series.labels)}`;
}

/** Bounds that many points share, such as an exponential histogram's, are put into words once. */
const longBounds = 64;
const boundsKeys = new WeakMap<readonly number[], string>();

function boundsKey(bounds: readonly number[]): string {
  let key = boundsKeys.get(bounds);
  if (key === undefined) {
    const text = bounds.join(' ');
    key = bounds.length > longBounds ? hash('sha1', text, 'base64') : text;
    boundsKeys.set(bounds, key);
  }
  return key;
}
