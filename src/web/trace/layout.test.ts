/** The waterfall's figures. */
import { describe, expect, it } from 'vitest';
import { buildTrace, type SpanSpec } from '../fixture/trace-builder.ts';
import { correlationId, tracesAt } from '../fixture/traces.ts';
import { mergeEdges } from './edges.ts';
import { freeOf, tickStep } from './interval.ts';
import { layoutTraces } from './layout.ts';

const nowMs = Date.UTC(2026, 2, 4, 12);
const traceOf = (spans: readonly SpanSpec[], startMs = nowMs) =>
  buildTrace({ traceId: 'a'.repeat(32), correlationId: null, startMs, spans, criticalPath: ['1'] });

describe('own time', () => {
  it('is what no child covers, overlapping children counted once', () => {
    expect(
      freeOf({ from: 0, to: 100 }, [
        { from: 60, to: 80 },
        { from: 10, to: 30 },
        { from: 20, to: 40 },
      ]),
    ).toEqual([
      { from: 0, to: 10 },
      { from: 40, to: 60 },
      { from: 80, to: 100 },
    ]);
  });

  it('ignores children outside of the span and is nothing when they cover it', () => {
    expect(freeOf({ from: 0, to: 10 }, [{ from: 50, to: 60 }])).toEqual([{ from: 0, to: 10 }]);
    expect(freeOf({ from: 5, to: 10 }, [{ from: 0, to: 20 }])).toEqual([]);
  });
});

describe('the axis', () => {
  it('takes round steps', () => {
    expect([412, 6420, 0.9, 60_000].map((total) => tickStep(total, 6))).toEqual([100, 2000, 0.2, 10_000]);
  });
});

describe('the waterfall', () => {
  it('puts children below their parent in the order of their start', () => {
    const layout = layoutTraces([
      traceOf([
        { id: '1', name: 'root', domain: 'a', at: 0, ms: 100 },
        { id: '3', name: 'late', domain: 'a', at: 50, ms: 10, parent: '1' },
        { id: '2', name: 'early', domain: 'b', at: 10, ms: 30, parent: '1' },
        { id: '4', name: 'inner', domain: 'b', at: 12, ms: 5, parent: '2' },
      ]),
    ]);
    expect(layout.rows.map((row) => [row.span.name, row.depth, row.crosses])).toEqual([
      ['root', 0, false],
      ['early', 1, true],
      ['inner', 2, false],
      ['late', 1, false],
    ]);
  });

  it('dots the time on the bus, from the end of the publisher to the start of the consumer', () => {
    const layout = layoutTraces(tracesAt(nowMs).slice(0, 1));
    const deliver = layout.rows.find((row) => row.span.name === 'deliver comment.created');
    expect(deliver?.bus).toEqual({ from: 46, to: 5230 });
    expect(layout.figures.busMs).toBe(5184);
  });

  it('joins the traces of one correlation: a linked root stands below the span it links to', () => {
    const joint = layoutTraces(tracesAt(nowMs).filter((one) => one.correlationId === correlationId));
    const push = joint.rows.find((row) => row.span.name === 'push comment.created');
    expect(joint.rows.filter((row) => row.depth === 0)).toHaveLength(1);
    expect(push?.from).toBe(2600);
    expect(push?.bus).toEqual({ from: 46, to: 2600 });
  });

  it('keeps a span whose parent was never received as a root, and cuts a ring of parents', () => {
    const orphan = traceOf([{ id: '1', name: 'orphan', domain: 'a', at: 0, ms: 1, parent: '9' }]);
    expect(layoutTraces([orphan]).rows.map((row) => row.depth)).toEqual([0]);
    const ring = traceOf([
      { id: '1', name: 'one', domain: 'a', at: 0, ms: 1, parent: '2' },
      { id: '2', name: 'two', domain: 'a', at: 0, ms: 1, parent: '1' },
    ]);
    expect(layoutTraces([ring]).rows).toHaveLength(2);
  });

  it('is empty without spans', () => {
    expect(layoutTraces([])).toMatchObject({ rows: [], totalMs: 0 });
  });

  it('folds a run of alike calls to one row with their sum, and loses no span by it', () => {
    const feed = tracesAt(nowMs).filter((one) => one.spanCount === 33);
    const folded = layoutTraces(feed, true);
    const reads = folded.rows.filter((row) => row.count > 1);
    expect(reads.map((row) => [row.span.name, row.count, row.own.length])).toEqual([['byId', 28, 28]]);
    expect(reads[0]?.tookMs).toBe(277);
    expect(folded.figures.spans).toBe(33);
    expect(layoutTraces(feed).rows).toHaveLength(33);
  });

  it('adds equal seams of several traces', () => {
    const edge = { from: 'a', to: 'b', mode: 'sync', calls: 2, totalMs: 5 } as const;
    expect(mergeEdges([edge, { ...edge, mode: 'async', totalMs: 1 }, edge])).toEqual([
      { ...edge, calls: 4, totalMs: 10 },
      { ...edge, mode: 'async', totalMs: 1 },
    ]);
  });
});
