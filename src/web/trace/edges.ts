/** Crossed seams of several traces as one list. Pure. */
import type { TraceEdge } from '../../contract/index.ts';

/** One edge for each caller, called and mode: calls and time added, the longest first. */
export function mergeEdges(edges: readonly TraceEdge[]): readonly TraceEdge[] {
  const merged = new Map<string, TraceEdge>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to} ${edge.mode}`;
    const before = merged.get(key);
    merged.set(
      key,
      before ? { ...before, calls: before.calls + edge.calls, totalMs: before.totalMs + edge.totalMs } : edge,
    );
  }
  return [...merged.values()].sort((a, b) => b.totalMs - a.totalMs);
}
