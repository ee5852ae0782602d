/** What is known about the work in progress: correlation, trace, domain, operation. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock } from '../kernel/clock.ts';
import { isCorrelationId, uuidv7 } from '../kernel/ids.ts';

/** Ids of the current work; `traceId` and `spanId` are lower-case hex. */
export interface Correlation {
  readonly correlationId: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly domain: string | null;
  readonly operation: string | null;
}

/** Fields for a log line; absent ones are left out. */
export interface LogFields {
  trace_id?: string;
  span_id?: string;
  correlation_id?: string;
  domain?: string;
}

const storage = new AsyncLocalStorage<Correlation>();

/** Null outside of any correlated work. */
export function correlation(): Correlation | null {
  return storage.getStore() ?? null;
}

/** Runs `work` under the id; null, or an id that is not acceptable, makes a new UUIDv7. */
export function runWithCorrelation<T>(correlationId: string | null, work: () => T): T {
  const id = isCorrelationId(correlationId) ? correlationId : uuidv7(systemClock.nowMs());
  return storage.run({ correlationId: id, traceId: null, spanId: null, domain: null, operation: null }, work);
}

/** For `pino({ mixin: logFields })`. */
export function logFields(): LogFields {
  const current = storage.getStore();
  return current === undefined ? {} : { correlation_id: current.correlationId };
}
