/** The work in progress as async local storage carries it: one store, one shape. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span } from '@opentelemetry/api';
import type { Flow } from './flow.ts';

/** One level of the work in progress. */
export interface Scope {
  /** Null where only a foreign OpenTelemetry context is active. */
  readonly flow: Flow | null;
  readonly domain: string | null;
  readonly operation: string | null;
  /** True between a request's arrival and the first domain call. */
  readonly isEntry: boolean;
  /** The recorded span of this level; null when nothing is sampled. */
  readonly span: Span | null;
  /** Context below this scope's span; null = the flow's own. */
  readonly base: Context | null;
  /** Made when somebody asks OpenTelemetry for the active context. */
  context: Context | null;
  /** Set when the operation has finished: whatever it still starts is not waited for. */
  ended: boolean;
}

/** The only async local storage of the library; OpenTelemetry's context lives in it too. */
export const storage = new AsyncLocalStorage<Scope>();

/** A scope without a domain of its own. */
export function bareScope(flow: Flow | null, base: Context | null = null): Scope {
  return { flow, domain: null, operation: null, isEntry: false, span: null, base, context: null, ended: false };
}
