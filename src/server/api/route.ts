/** What a read address is made of. */
import type { Eventually, Queries } from '../dependencies.ts';
import type { ComponentName } from './components.ts';
import type { Parameter, ParameterValues } from './parameters.ts';

/** What a route answers with, before the envelope. */
export interface RouteAnswer {
  readonly data: unknown;
  readonly nextCursor?: string | null;
  readonly unreadableRecords?: number | undefined;
}

/** One `GET` below `/api/v1`. */
export interface Route {
  /** Without the prefix; `{id}` is the path parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly pathParameter: Parameter | null;
  readonly queryParameters: readonly Parameter[];
  readonly data: { readonly component: ComponentName; readonly isList: boolean };
  /** Null when the single item does not exist. */
  readonly answer: (queries: Queries, id: string, query: ParameterValues) => Eventually<RouteAnswer | null>;
}

/** An address without parameters. */
export const plain = { pathParameter: null, queryParameters: [] } as const;

/** The answer with one item; null or undefined = it does not exist. */
export function found<T>(data: T | null | undefined): RouteAnswer | null {
  return data === null || data === undefined ? null : { data };
}
