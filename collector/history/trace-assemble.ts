/** From the spans of one trace to the answers about it: the summary and the whole. Pure. */
import type { Span, Trace, TraceSummary } from '../../src/contract/index.ts';
import { isoTime } from '../../src/kernel/clock.ts';
import { criticalPath } from './critical-path.ts';
import { domainEdges, slowestEdge } from './edges.ts';
import type { DecodedSpan } from './span-decode.ts';
import { buildTree, mergeRepeated, selfTime, type TraceNode, type TraceTree } from './trace-tree.ts';

/** The summary, the exact start (Unix ms with a fraction) that results are ordered by, and the span that began the trace. */
export interface Summarized {
  readonly summary: TraceSummary;
  readonly startMs: number;
  readonly root: DecodedSpan | null;
}

/** `spans` are of one trace, at least one, in any order; repeated ids are merged. */
export function summarizeTrace(spans: readonly DecodedSpan[]): Summarized {
  return summarize(buildTree(mergeRepeated(spans)));
}

/** `spans` are of one trace, at least one, in any order; repeated ids are merged. */
export function assembleTrace(spans: readonly DecodedSpan[]): Trace {
  const tree = buildTree(mergeRepeated(spans));
  const root = tree.roots[0];
  return {
    ...summarize(tree).summary,
    spans: tree.nodes.map(toSpan),
    edges: domainEdges(tree.nodes),
    criticalPath: root === undefined ? [] : criticalPath(root).map((node) => node.span.spanId),
    slowestEdge: slowestEdge(tree.nodes),
    logs: [],
  };
}

function summarize({ nodes, roots }: TraceTree): Summarized {
  const startMs = Number(nodes[0]?.span.startNs ?? 0n) / 1e6;
  const root = roots[0];
  const end = nodes.reduce((latest, node) => Math.max(latest, node.end), 0);
  const summary: TraceSummary = {
    traceId: nodes[0]?.span.traceId ?? '',
    correlationId: nodes.find((node) => node.span.correlationId !== null)?.span.correlationId ?? null,
    rootName: root?.span.name ?? '',
    domains: [...new Set(nodes.flatMap((node) => (node.span.domain === null ? [] : [node.span.domain])))],
    startTime: isoTime(Math.floor(startMs)),
    durationMs: end / 1e6,
    rootMs: root === undefined ? 0 : (root.end - root.start) / 1e6,
    spanCount: nodes.length,
    error: nodes.some((node) => node.span.status === 'error'),
    synthetic: nodes.some((node) => node.span.synthetic),
  };
  return { summary, startMs, root: root?.span ?? null };
}

function toSpan(node: TraceNode): Span {
  const { span } = node;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    domain: span.domain,
    operation: span.operation,
    kind: span.kind,
    startTimeUnixNano: span.startNs.toString(),
    durationMs: (node.end - node.start) / 1e6,
    selfMs: selfTime(node) / 1e6,
    status: span.status,
    attributes: span.attributes,
    events: span.events.map(({ name, timeNs, attributes }) => ({ name, timeUnixNano: timeNs.toString(), attributes })),
    links: [...span.links],
  };
}
