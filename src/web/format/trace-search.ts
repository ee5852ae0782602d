/** Searching for traces that began with certain operations: the API takes one at a time. */
import type { ObjectiveDetail, TraceSummary } from '../../contract/index.ts';

/** With several operations to choose from, so many are asked for that some should have begun with one of them. */
const amongThese = 100;

/** The path of a search. `operations` empty = any; one of them is asked for by name, several are chosen by {@link begunBy}. */
export function searchPath(
  search: Readonly<Record<string, string>>,
  operations: readonly string[],
  limit: number,
): string {
  const query = new URLSearchParams(search);
  const [only] = operations;
  if (only !== undefined && operations.length === 1) query.set('root', only);
  query.set('limit', String(operations.length < 2 ? limit : Math.max(limit, amongThese)));
  return `/traces?${query}`;
}

/** Traces whose first span is one of the operations; all when there are none to choose from. */
export function begunBy(traces: readonly TraceSummary[], operations: readonly string[]): readonly TraceSummary[] {
  return operations.length === 0 ? traces : traces.filter(({ rootName }) => operations.includes(rootName));
}

/** True when a request from end to end is what is counted; a delivery or a query is only a part of its trace. */
export function countsWholeRequests(objective: Pick<ObjectiveDetail, 'definition'>): boolean {
  return /signal: domain\.request\.duration\b/.test(objective.definition);
}

/** The operations whose traces are exemplars of the objective; empty = any. */
export function exemplarOperations(objective: Pick<ObjectiveDetail, 'definition' | 'operations'>): readonly string[] {
  return countsWholeRequests(objective) ? objective.operations.map(({ operation }) => operation) : [];
}
