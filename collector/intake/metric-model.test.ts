/** Whatever senders do (resets, gaps, old and new starts interleaved, repeats, a crash between), the counts are a simple model's. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Series } from '../../src/kernel/series.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { historyMigrations, logMigrations, openHistory, traceMigrations } from '../history/index.ts';
import { defaultRetention } from './options.ts';
import { type SamplePoint, sampleMetrics } from './otlp-samples.ts';
import { defaultLimits } from './section.ts';
import { type Member, Writer } from './writer.ts';

/** Mon 2 March 2026 10:00 UTC; everything here happens within the hour after. */
const t0 = Date.UTC(2026, 2, 2, 10);
const nowMs = t0 + 3_500_000;
const boundsOf = [
  [0.1, 1],
  [0.1, 0.5, 1],
  [0.1, 1, 8],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What one sender says of one thing at one time. `start` is the number of its run; the counts are running totals or differences. */
interface Word {
  readonly sender: number;
  readonly kind: 'histogram' | 'deltaHistogram' | 'counter' | 'gauge' | 'change';
  readonly label: number;
  readonly start: number;
  readonly atSecond: number;
  readonly counts: readonly number[];
  readonly bounds: number;
  readonly value: number;
}

interface Step {
  readonly bodies: readonly (readonly Word[])[];
  readonly after: 'nothing' | 'repeat' | 'crash' | 'close';
}

const word: fc.Arbitrary<Word> = fc.record({
  sender: fc.nat(2),
  kind: fc.constantFrom('histogram', 'histogram', 'deltaHistogram', 'counter', 'gauge', 'change'),
  label: fc.nat(2),
  start: fc.nat(2),
  // Within the time for which a level is believed.
  atSecond: fc.integer({ min: 600, max: 770 }),
  counts: fc.array(fc.nat(40), { minLength: 4, maxLength: 4 }),
  bounds: fc.constantFrom(0, 0, 0, 1, 2),
  value: fc.nat(50),
});
const step: fc.Arbitrary<Step> = fc.record({
  bodies: fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
  after: fc.constantFrom('nothing', 'nothing', 'repeat', 'crash', 'close'),
});

const isHistogram = ({ kind }: Word): boolean => kind === 'histogram' || kind === 'deltaHistogram';
const isDelta = ({ kind }: Word): boolean => kind === 'deltaHistogram' || kind === 'change';
const listOf = (one: Word): readonly number[] => boundsOf[one.bounds] ?? [];
const countsOf = (one: Word): readonly number[] => one.counts.slice(0, listOf(one).length + 1);
const startOf = (one: Word): number => t0 + one.start * 60_000;

function bodyOf(words: readonly Word[], number: number): Buffer {
  const points = words.map((one): SamplePoint => {
    const shapes = {
      histogram: 'histogram',
      deltaHistogram: 'histogram',
      counter: 'sum',
      gauge: 'gauge',
      change: 'upDown',
    };
    return {
      ...{ name: one.kind, shape: shapes[one.kind] as SamplePoint['shape'], temporality: isDelta(one) ? 1 : 2 },
      ...{ startMs: startOf(one), timeMs: t0 + one.atSecond * 1_000, value: one.value },
      ...(isHistogram(one) ? { counts: countsOf(one), bounds: listOf(one) } : {}),
      attributes: { 'seam.domain': 'feed', k: `l${one.label}` },
    };
  });
  // The number makes every body another one, as the clock of a real sender does.
  return sampleMetrics({ 'service.name': 'api', 'service.instance.id': `i${words[0]?.sender}`, number }, points);
}

/** Counts by upper bound, and the sum: what a slice holds whatever bounds it is stored on. */
class Model {
  /** By signal, label and bounds, then by start of the slice. */
  readonly slices = new Map<string, Map<number, { counts: number[]; sum: number; max: number | null }>>();
  readonly #last = new Map<string, { word: Word; level: number }>();

  say(sender: number, one: Word): void {
    const key = `${sender} ${one.kind} ${one.label} ${one.kind === 'gauge' || isDelta(one) ? 0 : one.start}`;
    const last = this.#last.get(key);
    if (!isDelta(one) && last !== undefined && one.atSecond <= last.word.atSecond) return;
    if (one.kind === 'gauge' || one.kind === 'change') {
      const level = one.kind === 'change' ? (last?.level ?? 0) + one.value : one.value;
      this.#last.set(key, { word: one, level });
      this.#setLevel(one, level);
      return;
    }
    const before = one.kind === 'deltaHistogram' ? undefined : last?.word;
    this.#last.set(key, { word: one, level: 0 });
    if (one.kind === 'counter') {
      const isReset = before === undefined || one.value < before.value;
      this.#add(one, [], [], isReset ? one.value : one.value - before.value);
      return;
    }
    const shared = before === undefined ? listOf(one) : listOf(one).filter((bound) => listOf(before).includes(bound));
    const now = onBounds(listOf(one), countsOf(one), shared);
    const then = before === undefined ? null : onBounds(listOf(before), countsOf(before), shared);
    const isReset = then === null || now.some((count, at) => count < (then[at] ?? 0));
    const added = isReset ? now : now.map((count, at) => count - (then[at] ?? 0));
    this.#add(one, shared, added, one.value - (isReset ? 0 : (before?.value ?? 0)));
  }

  #add(one: Word, bounds: readonly number[], counts: readonly number[], sum: number): void {
    if (sum === 0 && counts.every((count) => count === 0)) return;
    const slice = this.#slice(one, bounds);
    slice.sum += sum;
    slice.counts = counts.map((count, at) => count + (slice.counts[at] ?? 0));
  }

  /** A level is the sum over all who report it. */
  #setLevel(one: Word, level: number): void {
    let sum = level;
    for (const { word: other, level: theirs } of this.#last.values()) {
      if (other.kind === one.kind && other.label === one.label && other.sender !== one.sender) sum += theirs;
    }
    const slice = this.#slice(one, []);
    slice.sum = sum;
    slice.max = Math.max(slice.max ?? Number.NEGATIVE_INFINITY, sum);
  }

  #slice(one: Word, bounds: readonly number[]): { counts: number[]; sum: number; max: number | null } {
    const key = `${one.kind} l${one.label} ${bounds.join(',')}`;
    const ofSeries = this.slices.get(key) ?? new Map();
    this.slices.set(key, ofSeries);
    const startMs = t0 + Math.floor(one.atSecond / 10) * 10_000;
    const slice = ofSeries.get(startMs) ?? { counts: [], sum: 0, max: null };
    ofSeries.set(startMs, slice);
    return slice;
  }
}

function onBounds(bounds: readonly number[], counts: readonly number[], shared: readonly number[]): number[] {
  const merged = new Array<number>(shared.length + 1).fill(0);
  for (const [at, count] of counts.entries()) {
    const bound = bounds[at] ?? Number.POSITIVE_INFINITY;
    const place = shared.findIndex((one) => bound <= one);
    const into = place < 0 ? shared.length : place;
    merged[into] = (merged[into] ?? 0) + count;
  }
  return merged;
}

/** A writer over a file of its own. A crash is a copy of what is on disk, while the first one is still open. */
class Disk {
  #file: string;
  #store: Store;
  #writer: Writer;
  #copies = 0;

  constructor(name: string) {
    this.#file = join(folder, `${name}.db`);
    [this.#store, this.#writer] = this.#open();
  }

  #open(): [Store, Writer] {
    const store = openStore(this.#file, [...historyMigrations, ...traceMigrations, ...logMigrations]);
    // What a power cut does is not asked here, and asking the disk each time would take minutes.
    store.db.pragma('synchronous = OFF');
    const setup = { migrations: [], mapping: [], limits: defaultLimits, retention: defaultRetention, nowMs };
    return [store, new Writer(store, { ...setup, file: this.#file })];
  }

  commit(bodies: readonly Buffer[]): void {
    const members = bodies.map((body, id): Member => {
      const size = { slot: 0, memory: null, length: body.length };
      const kind = { kind: 'body', telemetry: 'metrics', encoding: 'protobuf', source: 'metrics' } as const;
      return { message: { ...kind, ...size, id, nowMs, mayBackfill: false }, body };
    });
    const { replies } = this.#writer.commit(members, nowMs);
    for (const reply of replies) expect(reply).toMatchObject({ failure: null, rejected: 0 });
  }

  crash(): void {
    const copy = join(folder, `copy-${this.#copies++}-${this.#file.split('/').at(-1)}`);
    for (const end of ['', '-wal']) if (existsSync(this.#file + end)) cpSync(this.#file + end, copy + end);
    this.#store.close();
    this.#file = copy;
    [this.#store, this.#writer] = this.#open();
  }

  reopen(): void {
    this.#store.close();
    [this.#store, this.#writer] = this.#open();
  }

  /** As the model has them. */
  stored(): Map<string, Map<number, { counts: number[]; sum: number; max: number | null }>> {
    const reader = openHistory(this.#file);
    const found: Model['slices'] = new Map();
    const keyOf = ({ signal, labels, bounds }: Series): string => `${signal} ${labels.k} ${(bounds ?? []).join(',')}`;
    for (const series of reader.series()) {
      const slices = reader.slices([series.id], 0, Number.MAX_SAFE_INTEGER);
      if (slices.length === 0) continue;
      found.set(
        keyOf(series),
        new Map(slices.map(({ startMs, counts, sum, max }) => [startMs, { counts: [...counts], sum, max }])),
      );
    }
    reader.close();
    return found;
  }

  close(): void {
    this.#store.close();
  }
}

function sorted(slices: Model['slices']): unknown {
  return [...slices]
    .map(([key, ofSeries]) => [key, [...ofSeries].sort(([left], [right]) => left - right)] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

let runs = 0;

test('random words of three senders count as the model counts them, over repeats, crashes and restarts', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const disk = new Disk(`run-${runs++}`);
      const model = new Model();
      let number = 0;
      for (const { bodies, after } of steps) {
        const sent = bodies.map((words) => bodyOf(words, number++));
        for (const words of bodies)
          for (const one of words) model.say(words[0]?.sender ?? 0, { ...one, sender: words[0]?.sender ?? 0 });
        disk.commit(sent);
        if (after === 'repeat') disk.commit([...sent].reverse());
        else if (after === 'crash') disk.crash();
        else if (after === 'close') disk.reopen();
      }
      const stored = disk.stored();
      disk.close();
      expect(sorted(stored)).toEqual(sorted(model.slices));
    }),
    { seed: 20_261_120, numRuns: 60 },
  );
}, 120_000);
