import { describe, expect, it } from 'vitest';
import type { LogRecord, Span, Trace } from '../contract/index.ts';
import { renderWaterfall } from './waterfall.ts';

const t0 = 1_795_000_000_000;

function span(
  id: string,
  parent: string | null,
  domain: string,
  operation: string,
  kind: Span['kind'],
  fromMs: number,
  durationMs: number,
  selfMs: number,
): Span {
  return {
    ...{
      traceId: 'a'.repeat(32),
      spanId: id,
      parentSpanId: parent,
      name: operation,
      domain,
      operation,
      kind,
      durationMs,
      selfMs,
    },
    startTimeUnixNano: `${BigInt(t0 + fromMs) * 1_000_000n}`,
    ...{ status: operation === 'deliver' ? 'error' : 'unset', attributes: {}, events: [], links: [] },
  };
}

function trace(spans: Span[], overrides: Partial<Trace> = {}): Trace {
  return {
    ...{ traceId: 'a'.repeat(32), correlationId: 'demo-123', rootName: 'POST /x', domains: ['posts', 'notifications'] },
    ...{
      startTime: new Date(t0).toISOString(),
      durationMs: 6_020,
      rootMs: 20,
      spanCount: spans.length,
      error: true,
      synthetic: false,
    },
    ...{ spans, edges: [], criticalPath: ['root'], slowestEdge: null, logs: [] },
    ...overrides,
  };
}

const comment = trace([
  span('root', null, 'posts', 'POST /x', 'server', 0, 10, 4),
  span('pub', 'root', 'posts', 'publish', 'producer', 8, 1, 1),
  span('con', 'pub', 'notifications', 'consume', 'consumer', 6_000, 20, 5),
  span('del', 'con', 'notifications', 'deliver', 'internal', 6_002, 15, 15),
]);

describe('renderWaterfall', () => {
  it('draws one axis: own work solid, waiting light, the bus dotted, failures marked', () => {
    const lines = renderWaterfall('demo-123', [comment], 80).split('\n');
    expect(lines[0]).toBe('demo-123: 1 trace, 4 spans across posts, notifications');
    expect(lines[4]).toMatch(/^\* posts · POST \/x +10 ms {2}█+░+$/);
    expect(lines[6]).toMatch(/^ {6}notifications · consume +20 ms {2} +┄+█+░+$/);
    expect(lines[7]).toMatch(/^! {7}notifications · deliver +15 ms {2}.*█+$/);
    expect(lines[8]).toBe('  critical path: posts 4 ms');
    expect(lines[10]).toBe('Quiet stretches are drawn shorter than they were: 5990 ms.');
    expect(Math.max(...lines.slice(4, 8).map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('puts a later trace of the same id further right on the same axis', () => {
    const later = trace([span('two', null, 'feed', 'GET /y', 'server', 6_500, 30, 30)], {
      rootName: 'GET /y',
      error: false,
    });
    const text = renderWaterfall('demo-123', [comment, later], 80);
    expect(text).toContain('── 6500 ms later · GET /y');
    const [first = '', second = ''] = ['deliver ', 'GET /y '].map(
      (part) => text.split('\n').findLast((line) => line.includes(`· ${part}`)) ?? '',
    );
    expect(second.indexOf('█')).toBeGreaterThan(first.lastIndexOf('█'));
  });

  it('puts what was logged below its span: the most severe lines, cut to the width, without what a terminal would obey', () => {
    const log = (spanId: string | null, severity: LogRecord['severity'], body: string): LogRecord => ({
      ...{ timeUnixNano: `${t0}000000`, severity, severityText: null, body, attributes: {}, traceId: 'a'.repeat(32) },
      ...{ spanId, correlationId: null, domain: null, serviceName: null, source: 'otlp' },
    });
    const logs = [
      ...Array.from({ length: 5 }, (_, at) => log('pub', 'debug', `step ${at}`)),
      log('pub', 'error', `broker\u001b[31m refused\n${'x'.repeat(200)}`),
      log('gone', 'warn', 'late'),
    ];
    const lines = renderWaterfall('demo-123', [{ ...comment, logs }], 80).split('\n');
    const at = lines.findIndex((line) => line.includes('· publish'));
    expect(lines.slice(at + 1, at + 6)).toEqual([
      '      › debug   step 0',
      '      › debug   step 1',
      '      › debug   step 2',
      `      › ERROR   broker [31m refused ${'x'.repeat(43)}…`,
      '      › … and 2 more',
    ]);
    expect(Math.max(...lines.slice(at, at + 6).map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.slice(at + 8, at + 10)).toEqual(['  logged outside of these spans:', '    › warning late']);
  });

  it('says below the spans why one failed, what it links to, what the end waited for, and the slowest seam', () => {
    const [root, pub, con, del] = comment.spans;
    if (!root || !pub || !con || !del) throw new Error('four spans');
    const failed: Span = {
      ...del,
      events: [
        {
          ...{ name: 'exception', timeUnixNano: del.startTimeUnixNano },
          attributes: { 'exception.type': 'TypeError', 'exception.message': 'no \u001b[31mroute' },
        },
      ],
      links: ['b', 'c', 'd', 'e'].map((digit) => ({
        traceId: digit.repeat(32),
        spanId: '1'.repeat(16),
        attributes: {},
      })),
    };
    const page: Span = { ...root, domain: null, attributes: { 'resource.telemetry.sdk.language': 'webjs' } };
    const text = renderWaterfall(
      'demo-123',
      [
        {
          ...comment,
          spans: [page, pub, con, failed],
          criticalPath: ['root', 'con', 'del'],
          slowestEdge: { from: 'posts', to: 'notifications', ms: 20, spanId: 'con' },
        },
      ],
      80,
    );
    const lines = text.split('\n');
    expect(lines[4]).toMatch(/^\* browser · POST \/x/);
    const at = lines.findIndex((line) => line.includes('· deliver'));
    expect(lines.slice(at + 1, at + 8)).toEqual([
      '          failed: TypeError: no [31mroute',
      ...['b', 'c', 'd'].map((digit) => `          links to trace ${digit.repeat(32)}`),
      '          links to 1 more',
      '  critical path: notifications 20 ms, browser 4 ms',
      '  slowest seam: posts → notifications 20 ms, in consume',
    ]);
  });

  it('gives the id of a trace its own line where the terminal is narrow', () => {
    expect(renderWaterfall('demo-123', [comment], 140)).toContain(`· 6020 ms · failed · ${'a'.repeat(32)}\n`);
    const narrow = renderWaterfall('demo-123', [{ ...comment, rootName: 'POST /api/posts/:id/comments' }], 80);
    expect(narrow).toContain(`· 6020 ms · failed\n   ${'a'.repeat(32)}\n`);
    const widths = narrow.split('\n').map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  it('shows spans whose parent is missing or a ring, once each', () => {
    const odd = trace([
      span('x', 'gone', 'feed', 'orphan', 'internal', 0, 5, 5),
      span('p', 'q', 'feed', 'ring-p', 'internal', 1, 5, 5),
      span('q', 'p', 'feed', 'ring-q', 'internal', 2, 5, 5),
    ]);
    const text = renderWaterfall('id', [odd], 80);
    for (const name of ['orphan', 'ring-p', 'ring-q']) expect(text.split(`· ${name}`)).toHaveLength(2);
  });
});
