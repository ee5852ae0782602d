/** Counts the calls between domains in spans of many traces. Pure but for the table that it fills. */
import { durationBoundsSeconds } from '../../src/kernel/conventions.ts';
import { bucketIndexOf } from '../../src/kernel/histogram.ts';
import type { SpanEdge } from './reader.ts';
import type { CallSpan } from './span-calls.ts';

/** Calls that ended in [fromMs, toMs), and the spans in it whose parent is unknown. */
export interface CallCount {
  readonly edges: readonly SpanEdge[];
  readonly missingParents: number;
}

/** A span in its place; `domain` and `crossedAsync` are its own until it is settled. */
interface Node {
  readonly span: CallSpan;
  /** Its own, else the nearest ancestor's. */
  domain: string | null;
  /** Work was handed over, not waited for, in a step since the last span that named a domain itself. */
  crossedAsync: boolean;
  isSettled: boolean;
}

interface Trace {
  readonly nodes: Map<string, Node>;
  /** A probe's, or simulated. */
  isLeftOut: boolean;
}

type Draft = {
  readonly place: Pick<SpanEdge, 'from' | 'to' | 'mode'>;
  calls: number;
  errors: number;
  counts: number[];
};

/** Domains are names that anybody may send: a picture of more says nothing. */
const mostEdges = 1_000;

/** A class because it holds the spans by trace until they are counted. */
export class CallCounter {
  readonly #traces = new Map<string, Trace>();

  /** Of one reported twice the report that ended last counts. */
  add(span: CallSpan): void {
    let trace = this.#traces.get(span.traceId);
    if (trace === undefined) {
      trace = { nodes: new Map(), isLeftOut: false };
      this.#traces.set(span.traceId, trace);
    }
    trace.isLeftOut ||= span.weight === 0 || span.synthetic;
    const known = trace.nodes.get(span.spanId);
    if (known !== undefined && known.span.endMs > span.endMs) return;
    trace.nodes.set(span.spanId, { span, domain: span.domain, crossedAsync: false, isSettled: false });
  }

  /** To be asked once, after the last span. */
  count(fromMs: number, toMs: number): CallCount {
    const edges = new Map<string, Draft>();
    let missingParents = 0;
    for (const trace of this.#traces.values()) {
      if (trace.isLeftOut) continue;
      for (const node of trace.nodes.values()) {
        const { parentSpanId, endMs } = node.span;
        if (parentSpanId === null || endMs < fromMs || endMs >= toMs) continue;
        const parent = trace.nodes.get(parentSpanId);
        if (parent === undefined) missingParents += 1;
        else {
          settle(node, trace);
          addCall(edges, node, parent);
        }
      }
    }
    return { edges: toEdges(edges), missingParents };
  }
}

/** Climbs to what is known, then hands domains down; without recursion, as a trace may be thousands of spans deep. Ends in a ring too. */
function settle(node: Node, trace: Trace): void {
  const open: { readonly node: Node; readonly parent: Node | undefined }[] = [];
  for (let at: Node | undefined = node; at !== undefined && !at.isSettled; ) {
    at.isSettled = true;
    const parent: Node | undefined = trace.nodes.get(at.span.parentSpanId ?? '');
    open.push({ node: at, parent });
    at = parent;
  }
  for (const { node: child, parent } of open.reverse()) if (parent !== undefined) inherit(child, parent);
}

function inherit(node: Node, parent: Node): void {
  const isHandedOver = node.span.isConsumer || parent.span.isProducer;
  node.crossedAsync = isHandedOver || (parent.span.domain === null && parent.crossedAsync);
  node.domain = node.span.domain ?? parent.domain;
}

function addCall(edges: Map<string, Draft>, { span, domain: to, crossedAsync }: Node, { domain: from }: Node): void {
  if (from === null || to === null || from === to) return;
  const mode = crossedAsync ? 'async' : 'sync';
  const key = JSON.stringify([from, to, mode]);
  let edge = edges.get(key);
  if (edge === undefined) {
    const counts = new Array<number>(durationBoundsSeconds.length + 1).fill(0);
    edge = { place: { from, to, mode }, calls: 0, errors: 0, counts };
    edges.set(key, edge);
  }
  edge.calls += span.weight;
  if (span.isError) edge.errors += span.weight;
  const bucket = bucketIndexOf(durationBoundsSeconds, span.durationNs / 1e9);
  edge.counts[bucket] = (edge.counts[bucket] ?? 0) + span.weight;
}

function toEdges(edges: ReadonlyMap<string, Draft>): SpanEdge[] {
  return [...edges]
    .sort(([, left], [, right]) => right.calls - left.calls)
    .slice(0, mostEdges)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { place, calls, errors, counts }]) => ({ ...place, calls, errors, counts }));
}
