/** How long a page of log records takes among many: by words, by severity, by trace, and when there is nothing to find. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import {
  createLogStore,
  type HistoryReader,
  historyMigrations,
  logMigrations,
  openHistory,
  traceMigrations,
} from '../collector/history/index.ts';
import { LogBodies } from '../collector/intake/log-bodies.ts';
import { emptyTally } from '../collector/intake/tally.ts';
import { decodeLogs, timeLimits } from '../collector/intake/wire/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { quantileOf } from '../src/kernel/statistics.ts';
import { logBodies, recordsPerBody } from './log-data.ts';

type Query = Parameters<HistoryReader['searchLogs']>[0];

const rareWords = 'the one record with rare words';
const bodiesPerCommit = 8;
const pages = 30;

/** Stores `count` records over the day before now, then asks; one line a question. */
export function logSearchReport(count: number): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-log-search-'));
  const file = join(folder, 'logs.db');
  const db = new SqliteDatabase(file);
  try {
    const traces = fill(db, count);
    const history = openHistory(file);
    const { records, bytes } = history.logStorage();
    const lines = [`among ${(records / 1e6).toFixed(1)} M records, ${(bytes / records).toFixed(0)} B each:`];
    for (const [what, query] of questions(traces)) lines.push(askPage(history, what, query));
    for (const [what, text] of [
      ['words of the oldest record', rareWords],
      ['words that nobody wrote', 'no such words'],
    ] as const) {
      lines.push(askAll(history, what, { text }));
    }
    history.close();
    return lines;
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One question of a kind for each page, so that most of them find nothing open. */
function questions(traces: readonly string[]): readonly (readonly [string, (page: number) => Query])[] {
  return [
    ['the newest', () => ({})],
    ['by trace', (page) => ({ traceId: traces[Math.floor((page * traces.length) / pages)] ?? '' })],
    ['by a trace that is not there', (page) => ({ traceId: String(page).padStart(32, 'e') })],
    ['errors', () => ({ severity: 'error' })],
    ['errors of one domain', () => ({ severity: 'error', domain: 'chat' })],
    ['by frequent words', () => ({ text: 'RETRIED the rest' })],
  ];
}

function askPage(history: HistoryReader, what: string, query: (page: number) => Query): string {
  const times: number[] = [];
  let found = 0;
  for (let page = 0; page < pages; page += 1) {
    const begun = systemClock.monotonicMs();
    found += history.searchLogs(query(page)).logs.length;
    times.push(systemClock.monotonicMs() - begun);
  }
  const [median, last] = [quantileOf(times, 0.5) ?? 0, Math.max(...times)];
  return `  ${what}: page p50 ${median.toFixed(1)} ms, slowest ${last.toFixed(1)} ms (first ${times[0]?.toFixed(1)} ms), ${(found / pages).toFixed(0)} records a page`;
}

/** All pages to the end by their cursors. */
function askAll(history: HistoryReader, what: string, query: Query): string {
  const times: number[] = [];
  let found = 0;
  let cursor: string | null = null;
  do {
    const begun = systemClock.monotonicMs();
    const page: ReturnType<HistoryReader['searchLogs']> = history.searchLogs(
      cursor === null ? query : { ...query, cursor },
    );
    times.push(systemClock.monotonicMs() - begun);
    found += page.logs.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  const total = times.reduce((sum, ms) => sum + ms, 0);
  return `  ${what}: ${found} found, ${times.length} answers, slowest ${Math.max(...times).toFixed(0)} ms, ${total.toFixed(0)} ms in all`;
}

/** Returns some trace ids, oldest first. */
function fill(db: Database, count: number): readonly string[] {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  for (const { sql } of [...historyMigrations, ...traceMigrations, ...logMigrations]) db.exec(sql);
  const store = new LogBodies(createLogStore(db), null);
  const nowMs = systemClock.nowMs();
  const bodies = Math.ceil(count / recordsPerBody);
  const traces: string[] = [];
  const source = logBodies(5, nowMs);
  const samples = Array.from({ length: 64 }, () => decodeLogs(source.protobuf()));
  const limits = timeLimits(nowMs, true);
  for (let from = 0; from < bodies; from += bodiesPerCommit) {
    db.exec('BEGIN');
    for (let body = from; body < Math.min(bodies, from + bodiesPerCommit); body += 1) {
      const earlierNs = BigInt(Math.floor(((bodies - body) * 86_400_000) / bodies)) * 1_000_000n;
      const groups = (samples[body % samples.length] ?? []).map((group) => ({
        ...group,
        records: group.records.map((record, at) => ({
          ...record,
          timeNs: record.timeNs - earlierNs,
          traceId: record.traceId.slice(8) + body.toString(16).padStart(8, '0'),
          body: body === 0 && at === 0 ? rareWords : record.body,
        })),
      }));
      if (body % 64 === 0) traces.push(groups[0]?.records[0]?.traceId ?? '');
      store.add(groups, limits, nowMs, emptyTally());
    }
    store.flush();
    db.exec('COMMIT');
  }
  return traces;
}
