/** Alerting over a database in memory that outlives restarts, with a clock that is moved by hand; for tests. */
import SqliteDatabase from 'better-sqlite3';
import { type FakeClock, fakeClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import type { Log } from '../src/kernel/log.ts';
import { migrate } from '../src/store/index.ts';
import type { AlertSignal } from './alert-record.ts';
import { type Alerting, createAlerting } from './alerting.ts';
import { parseAlerts } from './parse-alerts.ts';
import { alertMigrations } from './schema.ts';
import type { Statement } from './statements.ts';
import { readStoredAlerts } from './stored-alerts.ts';

/** 2026-11-20T12:00:00Z. */
export const noonMs = 1_795_176_000_000;
/** A key as PagerDuty makes them: 32 letters and digits. */
export const routingKey = '0123456789abcdef0123456789abcdef';
export const instanceId = '0193-test';

export interface AlertingWorld {
  readonly clock: FakeClock;
  readonly alerting: () => Alerting;
  /** Moves the clock, evaluates, and waits until nothing is due. */
  readonly tick: (signals: readonly AlertSignal[], advanceMs?: number) => Promise<void>;
  /** Throws the running instance away and starts another one from what is stored. */
  readonly restart: () => Promise<void>;
  readonly statements: readonly Statement[];
  readonly logged: readonly string[];
  readonly changes: readonly { readonly id: string; readonly state: string }[];
  /** While true, every `save` fails. */
  readonly breakSaves: (breaks: boolean) => void;
  readonly close: () => Promise<void>;
}

/** `section` is the configuration's `alerts`. */
export function startAlertingWorld(
  section: unknown,
  options: { readonly fetch?: typeof globalThis.fetch; readonly seed?: number } = {},
): AlertingWorld {
  const clock = fakeClock(noonMs);
  const memory = openMemory();
  const logged: string[] = [];
  const changes: { id: string; state: string }[] = [];
  const random = seededRandom(options.seed ?? 7);
  const config = parseAlerts(section, 'test.yaml');
  const begin = (): Alerting =>
    createAlerting({
      ...{
        config,
        instanceId,
        publicUrl: 'http://127.0.0.1:4600',
        version: '0.0.0',
        clock,
        random,
        log: logInto(logged),
      },
      fetch: options.fetch ?? globalThis.fetch,
      store: memory,
      onChange: (event) => changes.push(event),
    });
  let alerting = begin();
  return {
    clock,
    statements: memory.statements,
    breakSaves: memory.breakSaves,
    logged,
    changes,
    alerting: () => alerting,
    tick: async (signals, advanceMs = 10_000) => {
      clock.advance(advanceMs);
      await alerting.evaluate(signals, clock.nowMs());
      await alerting.settled();
    },
    restart: async () => {
      await alerting.close();
      alerting = begin();
    },
    close: async () => {
      await alerting.close();
      memory.close();
    },
  };
}

function openMemory() {
  const db = new SqliteDatabase(':memory:');
  migrate(db, ':memory:', alertMigrations);
  const statements: Statement[] = [];
  let breaks = false;
  return {
    statements,
    read: () => readStoredAlerts(db),
    save: async (batch: readonly Statement[]): Promise<void> => {
      if (breaks) throw new TypeError('the disk is full');
      statements.push(...batch);
      db.transaction(() => {
        for (const { sql, params } of batch) db.prepare(sql).run(...params);
      })();
    },
    breakSaves: (value: boolean) => {
      breaks = value;
    },
    close: () => void db.close(),
  };
}

/** A firing page of the domain search that fires at once; `over` replaces what a test cares about. */
export function signal(over: Partial<AlertSignal> = {}): AlertSignal {
  const kind = over.kind ?? 'objective-page';
  const subject = over.subject ?? 'search-latency';
  return {
    ...{ kind, subject, domain: 'search', severity: 'page', condition: 'firing', forMs: 0 },
    rule: `${kind}:${subject}`,
    summary: 'Search latency: 12 % of requests within 500 ms, 95 % wanted',
    reason: '88 of 100 requests of the last 5 min took more than 500 ms',
    links: [{ text: 'Objective search-latency', path: '/objectives/search-latency' }],
    details: { good: 12, total: 100 },
    ...over,
  };
}

function logInto(lines: string[]): Log {
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}
