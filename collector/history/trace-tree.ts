/** The shape of a trace: who called whom, in whose domain, and how much of its time each span spent itself. Pure. */
import type { DecodedSpan } from './span-decode.ts';

/** A span in its place. Times are ns after the trace's first start, exact below 2⁵³. */
export interface TraceNode {
  readonly span: DecodedSpan;
  readonly start: number;
  readonly end: number;
  /** Null for a root: no parent, an unknown one, or the earliest span of a ring. */
  readonly parent: TraceNode | null;
  /** By start. */
  readonly children: readonly TraceNode[];
  /** The span's own, else the nearest ancestor's. */
  readonly domain: string | null;
  /** True when the work was handed over, not waited for: a CONSUMER, or called by a PRODUCER. */
  readonly isHandedOver: boolean;
  /** The same for any step since the last span that named a domain itself. */
  readonly crossedAsync: boolean;
}

/** Nodes and roots by start, ties by span id. */
export interface TraceTree {
  readonly nodes: readonly TraceNode[];
  readonly roots: readonly TraceNode[];
}

interface Draft extends TraceNode {
  parent: Draft | null;
  children: Draft[];
  domain: string | null;
  isHandedOver: boolean;
  crossedAsync: boolean;
}

/** One span per span id: the one that ended last (the more complete report) with the attributes of all. Order of first sight. */
export function mergeRepeated(spans: readonly DecodedSpan[]): DecodedSpan[] {
  const byId = new Map<string, DecodedSpan>();
  for (const span of spans) {
    const known = byId.get(span.spanId);
    byId.set(span.spanId, known === undefined ? span : joined(known, span));
  }
  return [...byId.values()];
}

/** `spans` are of one trace, each id once; missing parents, several roots and rings are fine. */
export function buildTree(spans: readonly DecodedSpan[]): TraceTree {
  const nodes = draft(spans);
  const byId = new Map(nodes.map((node) => [node.span.spanId, node]));
  for (const node of nodes) {
    const parent = byId.get(node.span.parentSpanId ?? '');
    if (parent === undefined || parent === node) continue;
    node.parent = parent;
    parent.children.push(node);
  }
  const reached = new Set<Draft>();
  for (const node of nodes) if (node.parent === null) descend(node, reached);
  for (const node of nodes) {
    if (reached.has(node)) continue;
    cutFromRing(node);
    descend(node, reached);
  }
  return { nodes, roots: nodes.filter((node) => node.parent === null) };
}

/** Nanoseconds in which no child was running: the span's length minus the union of its children's, clipped to it. */
export function selfTime(node: TraceNode): number {
  let covered = 0;
  let until = node.start;
  for (const child of node.children) {
    const from = Math.max(child.start, until);
    const to = Math.min(child.end, node.end);
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return node.end - node.start - covered;
}

function draft(spans: readonly DecodedSpan[]): Draft[] {
  const sorted = [...spans].sort((left, right) => {
    if (left.startNs !== right.startNs) return left.startNs < right.startNs ? -1 : 1;
    return left.spanId < right.spanId ? -1 : 1;
  });
  const origin = sorted[0]?.startNs ?? 0n;
  return sorted.map((span) => ({
    span,
    start: Number(span.startNs - origin),
    end: Number(span.endNs - origin),
    parent: null,
    children: [],
    domain: span.domain,
    isHandedOver: false,
    crossedAsync: false,
  }));
}

function joined(left: DecodedSpan, right: DecodedSpan): DecodedSpan {
  const [less, more] = right.endNs >= left.endNs ? [left, right] : [right, left];
  return { ...more, attributes: { ...less.attributes, ...more.attributes } };
}

/** Top down without recursion: a trace may be thousands of spans deep. */
function descend(root: Draft, reached: Set<Draft>): void {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    inherit(node);
    open.push(...node.children);
  }
}

function inherit(node: Draft): void {
  const { parent, span } = node;
  if (parent === null) return;
  node.isHandedOver = span.kind === 'consumer' || parent.span.kind === 'producer';
  node.crossedAsync = node.isHandedOver || (parent.span.domain === null && parent.crossedAsync);
  node.domain = span.domain ?? parent.domain;
}

function cutFromRing(node: Draft): void {
  if (node.parent === null) return;
  node.parent.children = node.parent.children.filter((child) => child !== node);
  node.parent = null;
}
