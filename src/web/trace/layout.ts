/** The waterfall of one or several traces: rows in tree order, self time, waits on the bus, the critical path. Pure. */
import type { Span, Trace } from '../../contract/index.ts';
import type { TraceFigures } from '../format/trace-sentence.ts';
import { isInBrowser } from './browser.ts';
import { foldAlike } from './fold.ts';
import { freeOf, type Interval } from './interval.ts';

/** One span as a row; all times in ms from the first span of the whole. */
export interface WaterfallRow {
  readonly key: string;
  readonly span: Span;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  /** The parts of from..to in which no child was running: its own time. */
  readonly own: readonly Interval[];
  readonly onPath: boolean;
  /** How many alike calls this row stands for; 1 is itself alone. */
  readonly count: number;
  /** Sums over all it stands for. */
  readonly tookMs: number;
  readonly selfMs: number;
  /** Its domain is not its parent's: a seam. */
  readonly crosses: boolean;
  /** From the end of its parent to its own start: on the bus, or queued. */
  readonly bus: Interval | null;
}

/** All rows, and what they say about the whole. */
export interface Waterfall {
  readonly rows: readonly WaterfallRow[];
  /** Unix ms of the zero of the scale. */
  readonly startMs: number;
  readonly totalMs: number;
  readonly figures: TraceFigures;
}

interface Node {
  readonly key: string;
  readonly span: Span;
  readonly from: number;
  readonly to: number;
  readonly children: Node[];
  parent: Node | null;
}

/** A root that links to a span of another of these traces stands below that span; `fold` joins runs of alike calls. */
export function layoutTraces(traces: readonly Trace[], fold = false): Waterfall {
  const spans = traces.flatMap((trace) => trace.spans);
  const zero =
    spans.reduce((least, span) => minimum(least, BigInt(span.startTimeUnixNano)), null as bigint | null) ?? 0n;
  const byKey = new Map(spans.map((span) => [keyOf(span.traceId, span.spanId), nodeOf(span, zero)]));
  const roots = attach([...byKey.values()], byKey);
  const path = new Set(traces.flatMap((trace) => trace.criticalPath.map((id) => keyOf(trace.traceId, id))));
  const rows: WaterfallRow[] = [];
  const walk = (nodes: Node[], depth: number): void => {
    const all = nodes.sort((a, b) => a.from - b.from).map((node) => ({ row: rowOf(node, depth, path), node }));
    const folded = fold
      ? foldAlike(all.map(({ row, node }) => ({ ...row, isLeaf: node.children.length === 0 })))
      : all.map(({ row }) => row);
    for (const row of folded) {
      rows.push(row);
      const node = byKey.get(row.key);
      if (row.count === 1 && node) walk(node.children, depth + 1);
    }
  };
  walk(roots, 0);
  const totalMs = Math.max(0, ...rows.map((row) => row.to));
  return { rows, startMs: Number(zero / 1_000_000n), totalMs, figures: figuresOf(rows, totalMs) };
}

function nodeOf(span: Span, zero: bigint): Node {
  const from = Number(BigInt(span.startTimeUnixNano) - zero) / 1e6;
  return { key: keyOf(span.traceId, span.spanId), span, from, to: from + span.durationMs, children: [], parent: null };
}

/** Hangs every node below its parent; the result are those without one. A ring of parents is cut. */
function attach(nodes: readonly Node[], byKey: ReadonlyMap<string, Node>): Node[] {
  const roots: Node[] = [];
  for (const node of nodes) {
    const parent = parentOf(node, byKey);
    if (parent === null || isBelow(parent, node)) roots.push(node);
    else {
      node.parent = parent;
      parent.children.push(node);
    }
  }
  return roots;
}

function parentOf(node: Node, byKey: ReadonlyMap<string, Node>): Node | null {
  const { span } = node;
  const named = span.parentSpanId === null ? undefined : byKey.get(keyOf(span.traceId, span.parentSpanId));
  if (named) return named;
  for (const link of span.links) {
    const linked = byKey.get(keyOf(link.traceId, link.spanId));
    if (linked && linked !== node) return linked;
  }
  return null;
}

function isBelow(node: Node, above: Node): boolean {
  for (let at: Node | null = node; at !== null; at = at.parent) if (at === above) return true;
  return false;
}

function rowOf(node: Node, depth: number, path: ReadonlySet<string>): WaterfallRow {
  const { span, from, to, parent } = node;
  const crosses = parent !== null && parent.span.domain !== span.domain;
  const waited = parent !== null && from > parent.to;
  const own = freeOf(
    { from, to },
    node.children.map((child) => ({ from: child.from, to: child.to })),
  );
  return {
    key: node.key,
    span,
    depth,
    from,
    to,
    own,
    onPath: path.has(node.key),
    count: 1,
    tookMs: span.durationMs,
    selfMs: span.selfMs,
    crosses,
    bus: waited ? { from: parent.to, to: from } : null,
  };
}

function figuresOf(rows: readonly WaterfallRow[], totalMs: number): TraceFigures {
  const heaviest = [...rows].sort((a, b) => b.selfMs - a.selfMs)[0];
  return {
    totalMs,
    rootMs: rows[0]?.tookMs ?? 0,
    spans: rows.reduce((sum, row) => sum + row.count, 0),
    errors: rows.filter((row) => row.span.status === 'error').length,
    busMs: Math.max(0, ...rows.map((row) => (row.bus ? row.bus.to - row.bus.from : 0))),
    heaviest: heaviest
      ? {
          name: heaviest.span.name,
          domain: heaviest.span.domain,
          inBrowser: isInBrowser(heaviest.span),
          selfMs: heaviest.selfMs,
          count: heaviest.count,
        }
      : null,
  };
}

function minimum(left: bigint | null, right: bigint): bigint {
  return left === null || right < left ? right : left;
}

function keyOf(traceId: string, spanId: string): string {
  return `${traceId}:${spanId}`;
}
