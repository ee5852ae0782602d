/** Noise over single pages of every kind of table: the instance opens, is ready, says what it lost, and has what stood elsewhere. */
import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkConfig } from '../config.ts';
import { type FakeClock, fakeClock, isoTime } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { type RunningApp, startApp } from './index.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const startMs = Date.UTC(2026, 2, 2, 10);
const pageBytes = 8_192;
const bodies = 240;
const spansPerBody = 10;
/** Places of noise in each kind of table. */
const placesPerKind = 5;

/** Tables by kind; `made` are those that are made of others and are there again whatever was damaged. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  frames: ['frames', 'frame_bodies', 'frame_totals'],
  slices: ['slices_fine', 'slice_runs', 'slice_tiers'],
  series: ['series', 'presence'],
  streams: ['streams', 'stream_log'],
  'seen bodies': ['bodies_seen', 'revision'],
  index: ['frame_tail', 'frames_by_end', 'frames_ordinary', 'log_frames_by_end', 'tag_buckets'],
  logs: ['log_frames', 'log_bodies', 'log_tags', 'log_totals'],
  alerts: ['alerts_silences', 'alerts_records'],
  forwarding: ['forward_queue', 'forward_queue_lane', 'forward_cursors', 'forward_size'],
};
const made: ReadonlySet<string> = new Set(['frames', 'frame_tail', 'tag_buckets', 'log_frames', 'log_tags']);
/** What the start of an instance itself changes. */
const moving: ReadonlySet<string> = new Set([
  ...['frame_tail', 'frame_totals', 'log_totals', 'revision', 'tag_steps', 'tag_runs', 'tag_buckets', 'upkeep_clock'],
  ...['room_check', 'schema_steps', 'forward_cursors', 'forward_counts', 'forward_size', 'slice_tiers', 'probe_states'],
]);

interface Place {
  readonly kind: string;
  readonly table: string;
  readonly page: number;
  readonly pageType: string;
  readonly cells: number;
}

type Rows = ReadonlyMap<string, ReadonlySet<string>>;

let root = '';
let sound = '';
let places: readonly Place[] = [];
let before: Rows = new Map();
let unreachable = '';

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'damage-'));
  unreachable = `http://127.0.0.1:${await closedPort()}`;
  await fill(join(root, 'first'));
  sound = join(root, 'first', 'seamwatch.db');
  const db = new SqliteDatabase(sound, { readonly: true });
  places = choosePlaces(db);
  before = readRows(db);
  db.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function start(dataDir: string, clock: FakeClock): Promise<RunningApp> {
  const config = checkConfig({ forward: [{ id: 'next', kind: 'otlp', url: unreachable }] }, 'the test', {});
  return startApp({
    ...{ config, configPath: join(dataDir, 'none.yaml'), reloadConfig: () => config, dataDir },
    ...{ port: 0, otlpPort: null, otlpGrpcPort: null, demo: false, webRoot: null, version: '0.0.0' },
    ...{ clock, random: () => 0.5, fetch: globalThis.fetch, log: silentLog },
  });
}

async function fill(dataDir: string): Promise<void> {
  const clock = fakeClock(startMs);
  const random = seeded(1);
  const app = await start(dataDir, clock);
  const endsAt = isoTime(startMs + 24 * 3_600_000);
  for (let number = 0; number < bodies; number += 1) {
    clock.advance(10_000);
    const atMs = clock.nowMs() - 1;
    await send(`${app.url}/v1/traces`, traces(number, atMs, random));
    await send(`${app.url}/v1/metrics`, metrics(number, atMs));
    await send(`${app.url}/v1/logs`, logs(number, atMs, random));
    const silence = { match: { domain: `d${number}` }, reason: `${random()} `.repeat(12), by: 'a test', endsAt };
    if (number % 2 === 0) await send(`${app.url}/api/v1/silences`, silence);
  }
  await app.close();
}

async function send(url: string, body: object): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, init);
  expect(`${answer.status} ${await answer.text()}`).toMatch(/^20/);
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = { attributes: [text('service.name', 'api'), text('service.instance.id', 'a1')] };

function traceIdOf(number: number): string {
  return (number + 1).toString(16).padStart(32, '0');
}

function traces(number: number, atMs: number, random: () => number): object {
  const spans = Array.from({ length: spansPerBody }, (_, index) => ({
    ...{ traceId: traceIdOf(number), spanId: (number * 100 + index + 1).toString(16).padStart(16, '0') },
    ...{ name: 'GET /api/feed', kind: 2, startTimeUnixNano: `${atMs - 5}000000`, endTimeUnixNano: `${atMs}000000` },
    attributes: [text('seam.domain', 'feed'), text('noise', Array.from({ length: 20 }, random).join())],
  }));
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
}

function metrics(number: number, atMs: number): object {
  const dataPoints = Array.from({ length: 60 }, (_, index) => ({
    attributes: [text('seam.domain', `d${index}`), text('seam.operation', `GET /api/${'x'.repeat(150)}/${index}`)],
    ...{ startTimeUnixNano: `${startMs - 1_000}000000`, timeUnixNano: `${atMs}000000`, asInt: String(number + index) },
  }));
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'event.published', sum }] }] }] };
}

function logs(number: number, atMs: number, random: () => number): object {
  const logRecords = Array.from({ length: 3 }, () => ({
    ...{ timeUnixNano: `${atMs}000000`, severityNumber: 9, traceId: traceIdOf(number) },
    body: { stringValue: Array.from({ length: 30 }, random).join() },
  }));
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

/** For each kind pages of as many forms as there are: leaves, pages above them, and those on which long rows go on. */
function choosePlaces(db: SqliteDatabase.Database): readonly Place[] {
  const random = seeded(2);
  const pages = db
    .prepare<[], Place>(
      'SELECT name AS "table", pageno AS page, pagetype AS pageType, ncell AS cells FROM dbstat ORDER BY pageno',
    )
    .all();
  return Object.entries(kinds).flatMap(([kind, tables]) => {
    const own = pages.filter(({ table }) => tables.includes(table)).map((page) => ({ ...page, kind }));
    expect(own.length, kind).toBeGreaterThan(0);
    const shuffled = own.map((page) => ({ page, order: random() })).sort((left, right) => left.order - right.order);
    const byForm = Map.groupBy(shuffled, ({ page }) => `${page.table} ${page.pageType}`);
    const first = [...byForm.values()].flatMap(([one]) => (one === undefined ? [] : [one.page]));
    const rest = shuffled.map(({ page }) => page).filter((page) => !first.includes(page));
    return [...first, ...rest].slice(0, Math.max(placesPerKind, first.length));
  });
}

function readRows(db: SqliteDatabase.Database): Rows {
  const tables = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  const wanted = tables.filter((table) => !moving.has(table));
  return new Map(
    wanted.map((table) => {
      const rows = db.prepare<[], unknown[]>(`SELECT * FROM "${table}"`).raw().all();
      const asText = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('hex') : String(value));
      return [table, new Set(rows.map((row) => row.map(asText).join('|')))];
    }),
  );
}

/** A copy of the database with noise over one page; returns its folder. */
function damaged(number: number, page: number): string {
  const folder = join(root, `place-${number}`);
  mkdirSync(folder);
  copyFileSync(sound, join(folder, 'seamwatch.db'));
  copyFileSync(`${sound}.schema`, join(folder, 'seamwatch.db.schema'));
  const random = seeded(page);
  const noise = Buffer.from(Array.from({ length: pageBytes }, () => Math.floor(random() * 256)));
  const descriptor = openSync(join(folder, 'seamwatch.db'), 'r+');
  writeSync(descriptor, noise, 0, pageBytes, (page - 1) * pageBytes);
  closeSync(descriptor);
  return folder;
}

/** Rows that stood on the page: of an index or of a page that only points to others none. */
function rowsOn({ table, pageType, cells }: Place): number {
  if (!before.has(table)) return 0;
  if (pageType === 'overflow') return 1;
  const isTableWithNumbers = !['slices_fine', 'slice_runs', 'presence', 'kept_traces'].includes(table);
  return pageType === 'internal' && isTableWithNumbers ? 0 : cells;
}

test('at more than forty places', async () => {
  expect(places.length).toBeGreaterThanOrEqual(40);
  for (const [number, place] of places.entries()) {
    const where = `${place.kind}: ${place.pageType} page ${place.page} of ${place.table}`;
    const folder = damaged(number, place.page);
    const clock = fakeClock(startMs + bodies * 10_000);
    const app = await start(folder, clock);
    expect((await fetch(`${app.url}/readyz`)).status, where).toBe(200);
    const recovered = app.collector.recovered();
    expect(recovered, where).toContain('was damaged');
    const found = Array.from(
      { length: bodies },
      (_, trace) => app.collector.reader.trace(traceIdOf(trace))?.spanCount ?? 0,
    );
    const spans = found.reduce((sum, count) => sum + count, 0);
    expect(spans, where).toBe(app.collector.reader.storage().spans);
    expectRows(place, folder, recovered ?? '', where);
    await send(`${app.url}/v1/traces`, traces(1_000, clock.nowMs() - 1, seeded(3)));
    expect(app.collector.reader.trace(traceIdOf(1_000))?.spanCount, where).toBe(spansPerBody);
    await app.close();
    rmSync(folder, { recursive: true });
  }
});

function expectRows(place: Place, folder: string, recovered: string, where: string): void {
  const db = new SqliteDatabase(join(folder, 'seamwatch.db'), { readonly: true });
  const after = readRows(db);
  db.close();
  for (const [table, rows] of before) {
    const gone = [...rows].filter((row) => after.get(table)?.has(row) !== true).length;
    const most = mostGone(place, table);
    if (table === place.table && !made.has(table)) {
      expect(gone, `${where}: rows`).toBe(most);
      if (most > 0) expect(recovered, where).toContain(`${table}: `);
    } else expect(gone, `${where}: rows of ${table}`).toBeLessThanOrEqual(most);
  }
}

/** What may be gone of a table: what stood on the page, and what means nothing without that. */
function mostGone(place: Place, table: string): number {
  const { table: hit } = place;
  if (table === hit) return rowsOn(place);
  const follows: Readonly<Record<string, readonly string[]>> = {
    frame_bodies: ['frames'],
    log_bodies: ['log_frames', 'log_tags'],
    series: ['slices_fine', 'slice_runs', 'streams'],
  };
  return follows[hit]?.includes(table) === true ? Number.MAX_SAFE_INTEGER : 0;
}

test('a database whose second half is gone opens, is ready, says so, and takes more', async () => {
  const folder = damaged(1_000, 2);
  copyFileSync(sound, join(folder, 'seamwatch.db'));
  const db = new SqliteDatabase(sound, { readonly: true });
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.close();
  truncateSync(join(folder, 'seamwatch.db'), Math.floor(pages / 2) * pageBytes);
  const clock = fakeClock(startMs + bodies * 10_000);
  const app = await start(folder, clock);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  expect(app.collector.recovered()).toContain(
    `it holds ${Math.floor(pages / 2) * pageBytes} of its ${pages * pageBytes} bytes`,
  );
  const { spans } = app.collector.reader.storage();
  expect(spans).toBeGreaterThan(0);
  expect(app.collector.recovered()).toContain(`${bodies * spansPerBody - spans} stored spans`);
  await send(`${app.url}/v1/traces`, traces(1_000, clock.nowMs() - 1, seeded(3)));
  await app.close();
});
