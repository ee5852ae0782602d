/** What becomes of the records of a page: worked bodies in, OTLP/JSON out. */
import { describe, expect, test } from 'vitest';
import { durationBoundsSeconds } from '../../../src/kernel/conventions.ts';
import { bucketIndexOf } from '../../../src/kernel/histogram.ts';
import { BoundedNames } from './bounded-names.ts';
import { convertPayload, type Known } from './convert.ts';
import { sampleCall, sampleMeta, sampleSpanId, sampleTraceId } from './faro-fixture.ts';
import type { FaroApp } from './options.ts';
import { readContext, templateOf } from './page-context.ts';
import { parsePayload } from './payload.ts';

const nowMs = Date.UTC(2026, 2, 2, 10);
const now = '2026-03-02T10:00:00.000Z';
const app: FaroApp = { key: null, name: null, origins: [] };
const trace = { trace_id: sampleTraceId, span_id: sampleSpanId };

interface Options {
  readonly known?: Partial<Known>;
  readonly hash?: { readonly key: string };
  readonly app?: FaroApp;
}

function convert(body: object, { known = {}, hash, app: chosen = app }: Options = {}) {
  const payload = parsePayload(Buffer.from(JSON.stringify({ meta: sampleMeta, ...body })));
  const context = readContext(payload.meta, chosen, hash ?? null);
  const all: Known = { pages: new BoundedNames(9), actions: new BoundedNames(9), wasCounted: () => false, ...known };
  const converted = convertPayload(payload, context, all, nowMs, 'batch-1');
  const parsed: Bodies = Object.fromEntries(
    converted.bodies.map(({ telemetry, body: text }) => [telemetry, JSON.parse(text)]),
  );
  return { converted, payload, parsed, text: converted.bodies.map((one) => one.body).join('\n') };
}

interface Attribute {
  readonly key: string;
  readonly value: Record<string, unknown>;
}

const plain = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

interface Bodies {
  readonly logs?: {
    readonly resourceLogs: readonly {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
    }[];
  };
  readonly traces?: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeSpans: readonly {
        readonly spans: readonly { readonly kind: number; readonly attributes: readonly Attribute[] }[];
      }[];
    }[];
  };
  readonly metrics?: {
    readonly resourceMetrics: readonly {
      readonly scopeMetrics: readonly {
        readonly metrics: readonly {
          readonly name: string;
          readonly histogram: { readonly aggregationTemporality: number; readonly dataPoints: readonly Point[] };
        }[];
      }[];
    }[];
  };
}

interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly Attribute[];
  readonly traceId?: string;
  readonly spanId?: string;
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly timeUnixNano: string;
  readonly startTimeUnixNano: string;
  readonly count: string;
  readonly sum: number;
  readonly bucketCounts: readonly string[];
}

const recordsOf = (parsed: Bodies): readonly LogRecord[] =>
  parsed.logs?.resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
const spanOf = (parsed: Bodies) => parsed.traces?.resourceSpans[0]?.scopeSpans[0]?.spans[0];
/** Signal → its points as labels, sum and the buckets that hold something. */
const pointsOf = (parsed: Bodies) =>
  (parsed.metrics?.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []).map(({ name, histogram }) => {
    const [point] = histogram.dataPoints;
    const filled = (point?.bucketCounts ?? []).flatMap((count, index) => (count === '0' ? [] : [[index, count]]));
    return { name, labels: plain(point?.attributes ?? []), sum: point?.sum, filled, time: point?.timeUnixNano };
  });

describe('logs and exceptions', () => {
  test.each([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['log', 9],
    ['warn', 13],
    ['warning', 13],
    ['error', 17],
    ['loud', 0],
  ])('level %s of the specification or of the SDK is severity %i', (level, severity) => {
    const { parsed } = convert({ logs: [{ message: 'hello', level, timestamp: now }] });
    expect(recordsOf(parsed)).toMatchObject([
      { severityNumber: severity, severityText: level, body: { stringValue: 'hello' }, timeUnixNano: `${nowMs}000000` },
    ]);
  });

  test('an exception carries type, message, stack, trace, correlation, session and page, and never mail or names', () => {
    const frames = [
      { function: 'draw', filename: 'http://127.0.0.1:4700/app.js', lineno: 12, colno: 7 },
      { function: '?', filename: 'inline', module: 'm' },
    ];
    const context = { correlation_id: 'page-1', area: 'feed' };
    const exception = { type: 'TypeError', value: 'x is null', stacktrace: { frames }, timestamp: now, trace, context };
    const { parsed, text } = convert({ exceptions: [exception] });
    const [record] = recordsOf(parsed);
    expect(record).toMatchObject({
      ...{ severityNumber: 17, traceId: sampleTraceId, spanId: sampleSpanId },
      body: { stringValue: 'TypeError: x is null' },
    });
    expect(plain(record?.attributes ?? [])).toEqual({
      'exception.type': 'TypeError',
      'exception.message': 'x is null',
      'exception.stacktrace':
        'TypeError: x is null\n    at draw (http://127.0.0.1:4700/app.js:12:7)\n    at ? (inline)',
      'context.area': 'feed',
      'seam.correlation_id': 'page-1',
      'seam.domain': 'feed',
      'session.id': 'aB3.x_-9',
      'user.id': 'user-7',
      page: '/posts/:id',
      'page.url': 'http://127.0.0.1:4700/posts/1234',
      'view.name': 'home',
    });
    expect(plain(parsed.logs?.resourceLogs[0]?.resource.attributes ?? [])).toMatchObject({
      'service.name': 'campus-web',
      'service.version': '1.2.0',
      'deployment.environment.name': 'demo',
      'seam.source': 'faro',
      'browser.brands': 'Chromium 140',
    });
    expect(text).not.toMatch(/ann@example|Ann Example|"ann"|secret|top|admin/);
  });

  test('a record without a correlation ID of its own has that of the page, else that of the action it belongs to', () => {
    const action = { parentId: 'act1', name: 'like' };
    const log = { message: 'm', level: 'info', timestamp: now, action };
    const own = (body: object) =>
      recordsOf(convert(body).parsed).map((one) => plain(one.attributes)['seam.correlation_id']);
    expect(own({ logs: [log] })).toEqual(['act1']);
    expect(own({ logs: [log], meta: { page: { attributes: { correlation_id: 'page-9' } } } })).toEqual(['page-9']);
    expect(own({ logs: [{ ...log, context: { correlation_id: 'no spaces allowed' }, action: undefined }] })).toEqual([
      undefined,
    ]);
  });

  test('a user id is replaced by a keyed hash on request', () => {
    const log = { logs: [{ message: 'm', timestamp: now }] };
    const idOf = (key: string) => {
      const { parsed, text } = convert(log, { hash: { key } });
      expect(text).not.toContain('user-7');
      return plain(recordsOf(parsed)[0]?.attributes ?? [])['user.id'];
    };
    expect(idOf('one')).toMatch(/^[0-9a-f]{32}$/);
    expect(idOf('one')).toBe(idOf('one'));
    expect(idOf('one')).not.toBe(idOf('two'));
  });

  test('what cannot be read costs one record; fields nobody knows cost nothing', () => {
    const { payload, parsed } = convert({
      logs: [{ level: 'info' }, { message: 'kept', level: 7, brandNew: { a: 1 }, context: 'no object' }],
      exceptions: [{ type: 'Error' }],
      future: [1, 2],
      meta: { browser: { brands: 'Chromium 140', viewportWidth: 3 }, session: 'no object', page: { id: 'home' } },
    });
    expect(payload.invalid).toEqual({ log: 1, exception: 1 });
    expect(recordsOf(parsed).map((one) => [one.body.stringValue, plain(one.attributes).page])).toEqual([
      ['kept', 'home'],
    ]);
  });
});

describe('what a page took', () => {
  const vitals = (values: object, id = 'v1') => ({
    ...{ type: 'web-vitals', values, timestamp: now },
    context: { id, rating: 'good' },
  });
  const bucket = (seconds: number) => bucketIndexOf(durationBoundsSeconds, seconds);

  test('web vitals in ms become delta histograms in seconds, the layout shift one without a unit', () => {
    const { parsed, converted } = convert({
      measurements: [vitals({ lcp: 1_240, delta: 1_240 }, 'a'), vitals({ cls: 0.12, delta: 0.12 }, 'b')],
    });
    const labels = { page: '/posts/:id', 'seam.domain': 'feed' };
    expect(pointsOf(parsed)).toEqual([
      { name: 'browser.web_vital.lcp', labels, sum: 1.24, filled: [[bucket(1.24), '1']], time: `${nowMs}000000` },
      { name: 'browser.layout_shift_per_load', labels, sum: 0.12, filled: [[4, '1']], time: `${nowMs}000000` },
    ]);
    expect(converted.timingIds).toEqual(['lcp a', 'cls b']);
    expect(parsed.metrics?.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.histogram.aggregationTemporality).toBe(1);
  });

  test('a vital that is reported again for the same page counts once, and is told as a duplicate', () => {
    const measurements = [vitals({ inp: 80 }), vitals({ inp: 96 }), vitals({ inp: 40 }, 'counted')];
    const { parsed, converted } = convert(
      { measurements },
      { known: { wasCounted: (id: string) => id === 'inp counted' } },
    );
    expect(pointsOf(parsed)).toMatchObject([{ name: 'browser.web_vital.inp', sum: 0.08 }]);
    expect(converted.deduplicated).toBe(2);
  });

  test('the document, the content and an action are timed at their end, each in its own series', () => {
    const { parsed } = convert({
      events: [
        { name: 'faro.performance.navigation', timestamp: now, attributes: { duration: '450', pageLoadTime: '400' } },
        { name: 'faro.user.action', timestamp: now, attributes: { userActionName: 'like', userActionDuration: '75' } },
      ],
      measurements: [{ type: 'seam.page_load', values: { duration: 260 }, timestamp: now }],
    });
    expect(
      pointsOf(parsed).map(({ name, labels, sum, time }) => [name, labels.phase ?? labels.action, sum, time]),
    ).toEqual([
      ['browser.page_load.duration', 'content', 0.26, `${nowMs}000000`],
      ['browser.page_load.duration', 'document', 0.45, `${nowMs + 450}000000`],
      ['browser.interaction.duration', 'like', 0.075, `${nowMs + 75}000000`],
    ]);
    expect(recordsOf(parsed).map((one) => one.body.stringValue)).toEqual([
      'faro.performance.navigation',
      'faro.user.action',
    ]);
  });

  test('the app’s own measurements are kept as records, not as series that strangers name', () => {
    const { parsed } = convert({ measurements: [{ type: 'cart', values: { items: 3, odd: 'x' }, timestamp: now }] });
    expect(parsed.metrics).toBeUndefined();
    expect(plain(recordsOf(parsed)[0]?.attributes ?? [])).toMatchObject({
      'measurement.type': 'cart',
      'measurement.items': 3,
    });
  });

  test('pages beyond the limit share one series', () => {
    const pages = new BoundedNames(1);
    const body = (id: string) => ({ meta: { page: { id } }, measurements: [vitals({ fcp: 10 }, id)] });
    const names = ['a', 'b', 'a'].map((id) => pointsOf(convert(body(id), { known: { pages } }).parsed)[0]?.labels.page);
    expect([names, pages.overflowed()]).toEqual([['a', 'other', 'a'], 1]);
  });

  test.each([
    ['/', '/'],
    ['/posts/1234/edit', '/posts/:id/edit'],
    ['/u/3f2b8c1e-aaaa-bbbb-cccc-0123456789ab', '/u/:id'],
    ['/a/b/c/d/e/f/g/h/i/j', '/a/b/c/d/e/f/g/h/…'],
  ])('the path %s is the page %s', (path, page) => {
    expect(templateOf(path)).toBe(page);
  });
});

describe('spans', () => {
  test('a span gets session, page, user and correlation; its resource the app, whatever it calls itself', () => {
    const { parsed } = convert({
      traces: sampleCall(nowMs),
      meta: { ...sampleMeta, page: { ...sampleMeta.page, attributes: { correlation_id: 'page-1' } } },
    });
    expect(plain(parsed.traces?.resourceSpans[0]?.resource.attributes ?? [])).toMatchObject({
      ...{ 'service.name': 'campus-web', 'service.version': '1.2.0', 'session.id': 'aB3.x_-9', 'seam.source': 'faro' },
    });
    expect(plain(spanOf(parsed)?.attributes ?? [])).toEqual({
      'http.request.method': 'GET',
      'session.id': 'aB3.x_-9',
      'page.name': '/posts/:id',
      'page.url': 'http://127.0.0.1:4700/posts/1234',
      'view.name': 'home',
      'user.id': 'user-7',
      'seam.correlation_id': 'page-1',
    });
  });

  test('the configured name of the app is its service name', () => {
    const { parsed } = convert({ traces: sampleCall(nowMs) }, { app: { key: null, name: 'shop', origins: [] } });
    expect(plain(parsed.traces?.resourceSpans[0]?.resource.attributes ?? [])['service.name']).toBe('shop');
  });

  test('a browser serves nobody: what claims to be a request, an operation or simulated is an inner span', () => {
    const attributes = ['seam.operation', 'seam.synthetic', 'seam.domain'].map((key) => ({
      key,
      value: { stringValue: 'x' },
    }));
    const span = spanOf(convert({ traces: sampleCall(nowMs, { kind: 2, attributes }) }).parsed);
    expect(span?.kind).toBe(1);
    expect(Object.keys(plain(span?.attributes ?? []))).not.toContain('seam.operation');
    expect(Object.keys(plain(span?.attributes ?? []))).not.toContain('seam.synthetic');
  });

  const call = { name: 'faro.tracing.fetch', timestamp: now, trace, attributes: { duration_ns: '200000000' } };

  test('a call that comes as span and as event is kept as the span, and counted as a duplicate', () => {
    const { parsed, converted } = convert({ traces: sampleCall(nowMs), events: [call] });
    expect([recordsOf(parsed).length, converted.deduplicated]).toEqual([0, 1]);
  });

  test('the event is dropped too when the page traces and the span comes in another batch', () => {
    const integrations = [{ name: '@grafana/faro-web-tracing' }];
    const { converted } = convert({ events: [call], meta: { ...sampleMeta, sdk: { integrations } } });
    expect([converted.bodies.length, converted.deduplicated]).toEqual([0, 1]);
  });

  test('the event is kept when no span tells of the call', () => {
    const other = { ...call, trace: { ...trace, span_id: 'ffffffffffffffff' } };
    const { parsed, converted } = convert({ traces: sampleCall(nowMs), events: [other] });
    expect([recordsOf(parsed).map((one) => one.body.stringValue), converted.deduplicated]).toEqual([
      ['faro.tracing.fetch'],
      0,
    ]);
  });
});

test.each([
  ['[]', /the body must be an object/],
  ['{"logs": 3}', /logs must be a list/],
  ['{"traces": []}', /traces must be an object/],
  ['{', /cannot be parsed/],
])('%s is no Faro body, and the reply says why', (body, message) => {
  expect(() => parsePayload(Buffer.from(body))).toThrow(message);
});
