/** The domain calls of a trace: where a span's domain differs from its parent's. Pure. */
import type { Trace, TraceEdge } from '../../src/contract/index.ts';
import type { TraceNode } from './trace-tree.ts';

/** Sums calls and ms by (from, to, mode), ordered by them. Spans without a domain belong to the nearest ancestor that has one. */
export function domainEdges(nodes: readonly TraceNode[]): TraceEdge[] {
  const edges = new Map<string, TraceEdge>();
  for (const node of nodes) {
    const call = callOf(node);
    if (call === null) continue;
    const { from, to } = call;
    const mode = node.crossedAsync ? 'async' : 'sync';
    const key = JSON.stringify([from, to, mode]);
    const known = edges.get(key) ?? { from, to, mode, calls: 0, totalMs: 0 };
    const totalMs = known.totalMs + call.ms;
    edges.set(key, { ...known, calls: known.calls + 1, totalMs });
  }
  return [...edges].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, edge]) => edge);
}

/** The longest single call between two domains, of several the first; null without one. */
export function slowestEdge(nodes: readonly TraceNode[]): Trace['slowestEdge'] {
  let slowest: Trace['slowestEdge'] = null;
  for (const node of nodes) {
    const call = callOf(node);
    if (call !== null && (slowest === null || call.ms > slowest.ms)) slowest = { ...call, spanId: node.span.spanId };
  }
  return slowest;
}

/** From which domain into which this span is a call, and how long it took; null within one domain. */
function callOf(node: TraceNode): { readonly from: string; readonly to: string; readonly ms: number } | null {
  const from = node.parent?.domain ?? null;
  const to = node.domain;
  if (from === null || to === null || from === to) return null;
  return { from, to, ms: (node.end - node.start) / 1e6 };
}
