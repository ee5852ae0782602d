/** What of the probes survives a restart: state, last results and last run of each, and the failed runs of 30 days. */
import type { Database } from 'better-sqlite3';
import { dayMs } from '../src/kernel/duration.ts';
import type { Migration } from '../src/store/index.ts';
import type { ProbeState, RunResult } from './confirm.ts';
import type { ProbeRun } from './run.ts';

/** The tables of this folder. Times are Unix ms. */
export const probeMigrations: readonly Migration[] = [
  {
    owner: 'probes',
    version: 1,
    sql: `CREATE TABLE probe_states (
        probe TEXT PRIMARY KEY, state TEXT NOT NULL, since_ms INTEGER NOT NULL, results TEXT NOT NULL, last_run TEXT NOT NULL,
        at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE probe_failures (
        probe TEXT NOT NULL, at_ms INTEGER NOT NULL, run TEXT NOT NULL, step TEXT, reason TEXT NOT NULL,
        duration_ms REAL NOT NULL, trace_id TEXT NOT NULL, correlation_id TEXT NOT NULL,
        PRIMARY KEY (probe, at_ms, run)) STRICT, WITHOUT ROWID;
      CREATE INDEX probe_failures_by_age ON probe_failures (at_ms);`,
  },
];

/** Failed runs are kept so long, and at most so many of one probe. */
export const failuresKept = { forMs: 30 * dayMs, perProbe: 200 } as const;

/** Results that are kept of each probe: as many as a confirmation may look at. */
export const resultsKept = 20;

/** Failed runs that an answer shows. */
const failuresShown = 20;

/** A write for whoever owns the one connection that writes. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
}

/** One probe as it was left; `results` oldest first, the state is the confirmed one. */
export interface StoredProbe {
  readonly state: ProbeState;
  readonly sinceMs: number;
  readonly results: readonly RunResult[];
  readonly lastRun: ProbeRun;
}

/** A failed run; `atMs` is its end. */
export interface StoredFailure {
  readonly atMs: number;
  readonly run: string;
  readonly step: string | null;
  readonly reason: string;
  readonly durationMs: number;
  readonly traceId: string;
  readonly correlationId: string;
}

/** By id of the probe; failures newest first, the last 20 of each. */
export interface StoredProbes {
  readonly states: ReadonlyMap<string, StoredProbe>;
  readonly failures: ReadonlyMap<string, readonly StoredFailure[]>;
}

/** Where the prober's state is kept. `save` resolves when it is on disk. */
export interface ProbeStore {
  readonly read: () => StoredProbes;
  readonly save: (statements: readonly Statement[]) => Promise<void>;
}

/** Nothing stored. */
export const nothingStored: StoredProbes = { states: new Map(), failures: new Map() };

/** Empty when the tables are not there yet; a row that can not be read is left out, so that its probe begins anew. */
export function readStoredProbes(db: Database): StoredProbes {
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name IN ('probe_states', 'probe_failures')");
  if (tables.pluck().get() !== 2) return nothingStored;
  return { states: readStates(db), failures: readFailures(db) };
}

/** What one run changes; probes that have not run for 30 days, as they were taken away, are forgotten. */
export function statementsOf(stored: StoredProbe): readonly Statement[] {
  const { lastRun, state, sinceMs, results } = stored;
  const upsert = {
    sql: 'INSERT OR REPLACE INTO probe_states (probe, state, since_ms, results, last_run, at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    params: [lastRun.probe, state, sinceMs, JSON.stringify(results), JSON.stringify(lastRun), lastRun.endedAtMs],
  };
  const forget = { sql: 'DELETE FROM probe_states WHERE at_ms < ?', params: [lastRun.endedAtMs - failuresKept.forMs] };
  return lastRun.ok ? [upsert, forget] : [upsert, forget, ...failureStatements(lastRun)];
}

/** A failed run as it is stored. */
export function failureOf(run: ProbeRun): StoredFailure {
  return {
    atMs: run.endedAtMs,
    run: run.run,
    step: run.failedStep,
    reason: run.reason ?? 'no reason was given',
    durationMs: run.durationMs,
    traceId: run.traceId,
    correlationId: run.correlationId,
  };
}

/** The newest first, cut to what is shown. */
export function withFailure(failures: readonly StoredFailure[], failure: StoredFailure): readonly StoredFailure[] {
  return [failure, ...failures].slice(0, failuresShown);
}

function failureStatements(run: ProbeRun): readonly Statement[] {
  const { atMs, step, reason, durationMs, traceId, correlationId } = failureOf(run);
  return [
    {
      sql: `INSERT OR REPLACE INTO probe_failures (probe, at_ms, run, step, reason, duration_ms, trace_id, correlation_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      params: [run.probe, atMs, run.run, step, reason, durationMs, traceId, correlationId],
    },
    { sql: 'DELETE FROM probe_failures WHERE at_ms < ?', params: [atMs - failuresKept.forMs] },
    {
      sql: `DELETE FROM probe_failures WHERE probe = ? AND at_ms < (
        SELECT at_ms FROM probe_failures WHERE probe = ? ORDER BY at_ms DESC LIMIT 1 OFFSET ?)`,
      params: [run.probe, run.probe, failuresKept.perProbe - 1],
    },
  ];
}

interface StateRow {
  readonly probe: string;
  readonly state: ProbeState;
  readonly since_ms: number;
  readonly results: string;
  readonly last_run: string;
}

function readStates(db: Database): ReadonlyMap<string, StoredProbe> {
  const rows = db.prepare<[], StateRow>('SELECT probe, state, since_ms, results, last_run FROM probe_states').all();
  return new Map(
    rows.flatMap((row) => {
      try {
        const results: readonly RunResult[] = JSON.parse(row.results);
        const lastRun: ProbeRun = JSON.parse(row.last_run);
        return [[row.probe, { state: row.state, sinceMs: row.since_ms, results, lastRun }] as const];
      } catch {
        return [];
      }
    }),
  );
}

interface FailureRow {
  readonly probe: string;
  readonly at_ms: number;
  readonly run: string;
  readonly step: string | null;
  readonly reason: string;
  readonly duration_ms: number;
  readonly trace_id: string;
  readonly correlation_id: string;
}

function readFailures(db: Database): ReadonlyMap<string, readonly StoredFailure[]> {
  const rows = db
    .prepare<[number], FailureRow>(
      `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY probe ORDER BY at_ms DESC) AS nth FROM probe_failures)
       WHERE nth <= ? ORDER BY probe, at_ms DESC`,
    )
    .all(failuresShown);
  const byProbe = Map.groupBy(rows, (row) => row.probe);
  return new Map([...byProbe].map(([probe, own]) => [probe, own.map(failureFromRow)] as const));
}

function failureFromRow(row: FailureRow): StoredFailure {
  const { run, step, reason } = row;
  return {
    atMs: row.at_ms,
    run,
    step,
    reason,
    durationMs: row.duration_ms,
    traceId: row.trace_id,
    correlationId: row.correlation_id,
  };
}
