/** Wraps a better-sqlite3 database: durations by table and operation, transactions, and which calls happen inside one. */
import { attribute, label, metric } from '../kernel/conventions.ts';
import type { HistogramCell } from './cells.ts';
import { type Callable, isProbeWork, observeSeconds, type Runtime, runtime } from './runtime.ts';
import { storage } from './scope.ts';
import { kindOfStatement, type StatementKind } from './statement.ts';
import { closeTransaction, type OpenTransaction, openTransaction } from './transaction.ts';

/** One wrapped database and the transaction that is open on it. */
interface Watched {
  readonly db: object;
  readonly fallbackDomain: string;
  transaction: { readonly open: OpenTransaction; readonly domain: string } | null;
}

/** The cells of one statement; they belong to one started runtime. */
interface Meter {
  readonly kind: StatementKind;
  owner: Runtime | null;
  cells: Map<string, HistogramCell>;
}

const executing = new Set(['run', 'get', 'all']);
const transactionModes = new Set(['default', 'deferred', 'immediate', 'exclusive']);

/**
 * The same database; statements and transactions made through it are measured under the domain in progress, or `domain`.
 * Whatever runs while a transaction is open counts as inside it, also between a plain BEGIN and COMMIT. A probe's are not counted.
 */
export function wrapDatabase<T extends object>(db: T, options: { readonly domain?: string } = {}): T {
  const watched: Watched = { db, fallbackDomain: options.domain ?? 'unmapped', transaction: null };
  return proxyOf(db, (key, method) => {
    if (key === 'prepare') return (...args) => wrapStatement(watched, method(...args), String(args[0]));
    if (key === 'transaction') return (...args) => wrapTransaction(watched, method(...args));
    if (key === 'exec') {
      return (...args) => measured(watched, newMeter(String(args[0])), () => method(...args));
    }
    return null;
  });
}

type Override = (key: string, method: (...args: unknown[]) => unknown) => ((...args: unknown[]) => unknown) | null;

/** Methods run on the real object (it is native); what returns the object itself returns the proxy. */
function proxyOf<T extends object>(target: T, override: Override): T {
  const methods = new Map<string | symbol, { readonly original: unknown; readonly wrapped: Callable }>();
  const proxy: T = new Proxy(target, {
    get: (_target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      const known = methods.get(key);
      if (known?.original === value) return known.wrapped;
      const plain = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      const chosen = (typeof key === 'string' ? override(key, plain) : null) ?? plain;
      const wrapped = (...args: unknown[]): unknown => {
        const result = chosen(...args);
        return result === target ? proxy : result;
      };
      methods.set(key, { original: value, wrapped });
      return wrapped;
    },
    set: (_target, key, value) => Reflect.set(target, key, value, target),
  });
  return proxy;
}

function wrapStatement(watched: Watched, statement: unknown, sql: string): unknown {
  if (typeof statement !== 'object' || statement === null) return statement;
  const meter = newMeter(sql);
  return proxyOf(statement, (key, method) => {
    if (executing.has(key)) return (...args) => measured(watched, meter, () => method(...args));
    if (key === 'iterate') return (...args) => measuredRows(watched, meter, () => method(...args));
    return null;
  });
}

/** Nested transactions are savepoints of the outer one and count with it. */
function wrapTransaction(watched: Watched, transaction: unknown): unknown {
  if (typeof transaction !== 'function') return transaction;
  const tracked = (run: unknown): Callable =>
    function (this: unknown, ...args: unknown[]): unknown {
      const isOuter = watched.transaction === null;
      if (isOuter) begin(watched);
      try {
        return typeof run === 'function' ? Reflect.apply(run, this, args) : undefined;
      } finally {
        if (isOuter) finish(watched);
      }
    };
  const wrapped = tracked(transaction);
  for (const key of Reflect.ownKeys(transaction)) {
    const value: unknown = Reflect.get(transaction, key);
    if (typeof key !== 'string' || !transactionModes.has(key)) continue;
    const isSelf = value === transaction;
    Object.defineProperty(wrapped, key, { value: isSelf ? wrapped : tracked(value), configurable: true });
  }
  return wrapped;
}

function measured(watched: Watched, meter: Meter, work: () => unknown): unknown {
  const current = runtime;
  if (current === null) return work();
  const domain = domainInProgress(watched);
  watched.transaction?.open.domains.add(domain);
  const startMs = current.clock.monotonicMs();
  try {
    return work();
  } finally {
    record(current, meter, domain, startMs);
    followTransaction(watched, meter.kind.op);
  }
}

/** From the first row asked for until the last one was taken or the loop was left. */
function* measuredRows(watched: Watched, meter: Meter, work: () => unknown): Generator {
  const current = runtime;
  const domain = domainInProgress(watched);
  watched.transaction?.open.domains.add(domain);
  const startMs = current?.clock.monotonicMs() ?? 0;
  try {
    const rows = work();
    if (isIterable(rows)) yield* rows;
  } finally {
    if (current !== null) record(current, meter, domain, startMs);
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function record(current: Runtime, meter: Meter, domain: string, startMs: number): void {
  const scope = storage.getStore();
  if (scope?.flow?.isProbe === true) return;
  if (meter.owner !== current) {
    meter.owner = current;
    meter.cells = new Map();
  }
  let cell = meter.cells.get(domain);
  if (cell === undefined) {
    const labels = { [attribute.domain]: domain, [label.table]: meter.kind.table, [label.op]: meter.kind.op };
    cell = current.registry.histogram(metric.dbDuration, labels);
    meter.cells.set(domain, cell);
  }
  const nowMs = current.clock.monotonicMs();
  observeSeconds(current, cell, (nowMs - startMs) / 1000, scope?.span ?? null, nowMs);
}

/** A plain BEGIN opens a transaction until the database says that none is open any more. */
function followTransaction(watched: Watched, op: string): void {
  if (op !== 'begin' && op !== 'commit' && op !== 'rollback' && op !== 'other') return;
  const isOpen = Reflect.get(watched.db, 'inTransaction') === true;
  if (isOpen && watched.transaction === null) begin(watched);
  if (!isOpen && watched.transaction !== null) finish(watched);
}

function begin(watched: Watched): void {
  watched.transaction = { open: openTransaction(), domain: domainInProgress(watched) };
}

function finish(watched: Watched): void {
  const { transaction } = watched;
  if (transaction === null) return;
  watched.transaction = null;
  closeTransaction(transaction.open);
  if (isProbeWork()) return;
  const domains = String(transaction.open.domains.size);
  const labels = { [attribute.domain]: transaction.domain, [label.domains]: domains };
  const cell = runtime?.registry.counter(metric.dbTransactions, labels);
  if (cell !== undefined) cell.value += 1;
}

function domainInProgress(watched: Watched): string {
  return storage.getStore()?.domain ?? watched.fallbackDomain;
}

function newMeter(sql: string): Meter {
  return { kind: kindOfStatement(sql), owner: null, cells: new Map() };
}
