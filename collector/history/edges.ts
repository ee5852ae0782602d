/** The domain calls of a trace: where a span's domain differs from its parent's. Pure. */
import type { TraceEdge } from '../../src/contract/index.ts';
import type { TraceNode } from './trace-tree.ts';

/** Sums calls and ms by (from, to, mode), ordered by them. Spans without a domain belong to the nearest ancestor that has one. */
export function domainEdges(nodes: readonly TraceNode[]): TraceEdge[] {
  const edges = new Map<string, TraceEdge>();
  for (const node of nodes) {
    const from = node.parent?.domain ?? null;
    const to = node.domain;
    if (from === null || to === null || from === to) continue;
    const mode = node.crossedAsync ? 'async' : 'sync';
    const key = JSON.stringify([from, to, mode]);
    const known = edges.get(key) ?? { from, to, mode, calls: 0, totalMs: 0 };
    const totalMs = known.totalMs + (node.end - node.start) / 1e6;
    edges.set(key, { ...known, calls: known.calls + 1, totalMs });
  }
  return [...edges].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, edge]) => edge);
}
