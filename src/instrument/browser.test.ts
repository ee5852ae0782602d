/** The page's side of the correlation, with a recording server's answers and a recording Faro. */
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../kernel/clock.ts';
import { isCorrelationId } from '../kernel/ids.ts';
import { createBrowserSeam, type FaroLike } from './browser.ts';

interface Sent {
  readonly url: string;
  readonly headers: Headers;
}

interface PushedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number };
}

const startMs = Date.UTC(2026, 2, 2, 10);

function openPage(options: { readonly propagateTo?: readonly string[]; readonly status?: number } = {}) {
  const sent: Sent[] = [];
  const spans: PushedSpan[] = [];
  const measured: unknown[] = [];
  const metas: (() => object)[] = [];
  const clock = fakeClock(startMs);
  let tracing: { getSpanContext: () => unknown } | null = null;
  let next = 0;
  const seam = createBrowserSeam({
    ...(options.propagateTo === undefined ? {} : { propagateTo: options.propagateTo }),
    ...{ page: 'home', domain: 'feed', clock },
    location: () => 'http://127.0.0.1:4700/',
    random: (target) => {
      next += 1;
      target.fill(next);
    },
    fetch: async (input, init) => {
      sent.push({ url: input instanceof Request ? input.url : String(input), headers: new Headers(init?.headers) });
      clock.advance(40);
      if (options.status === 0) throw new TypeError('Failed to fetch');
      return new Response('{}', { status: options.status ?? 200 });
    },
  });
  const faro: FaroLike = {
    api: {
      pushTraces: (traces) => {
        const request: { resourceSpans: { scopeSpans: { spans: PushedSpan[] }[] }[] } = traces;
        spans.push(...(request.resourceSpans[0]?.scopeSpans[0]?.spans ?? []));
      },
      pushMeasurement: ({ type, values }, more) => measured.push({ type, values, ...more?.context }),
      initOTEL: (trace) => {
        tracing = trace;
      },
    },
    metas: { add: (...items) => metas.push(...items) },
  };
  return { seam, faro, sent, spans, measured, metas, clock, traceNow: () => tracing?.getSpanContext() };
}

const parentOf = ({ headers }: Sent) => /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(headers.get('traceparent') ?? '');

describe('requests', () => {
  test('one to the own host carries correlation and trace, and is sent as the CLIENT span that the server continues', async () => {
    const { seam, faro, sent, spans } = openPage();
    seam.connect(faro);
    await seam.fetch('/api/feed');
    const [, traceId, spanId] = (sent[0] === undefined ? null : parentOf(sent[0])) ?? [];
    expect(sent[0]?.headers.get('x-correlation-id')).toBe(seam.current().correlationId);
    expect(isCorrelationId(seam.current().correlationId)).toBe(true);
    expect(spans).toMatchObject([
      { name: 'GET', kind: 3, traceId, spanId, startTimeUnixNano: `${startMs}000000`, status: { code: 0 } },
    ]);
    expect(spans[0]?.endTimeUnixNano).toBe(`${startMs + 40}000000`);
  });

  test.each(['https://other.example/api', 'http://127.0.0.1:4600/faro/collect', '/faro/collect/some-key'])(
    '%s gets nothing, and is no span',
    async (url) => {
      const { seam, faro, sent, spans } = openPage();
      seam.connect(faro);
      await seam.fetch(url);
      expect([[...(sent[0]?.headers.keys() ?? [])], spans]).toEqual([[], []]);
    },
  );

  test('the hosts that are named replace the own one', async () => {
    const { seam, sent } = openPage({ propagateTo: ['api.example.org'] });
    await seam.fetch('https://api.example.org:8443/x');
    await seam.fetch('/api/feed');
    expect(sent.map((one) => parentOf(one) !== null)).toEqual([true, false]);
  });

  test('headers that the page sets itself are kept', async () => {
    const { seam, sent } = openPage();
    await seam.fetch(
      new Request('http://127.0.0.1:4700/api/x', { headers: { 'x-correlation-id': 'mine', accept: 'a/b' } }),
    );
    expect([sent[0]?.headers.get('x-correlation-id'), sent[0]?.headers.get('accept')]).toEqual(['mine', 'a/b']);
  });

  test.each([
    [500, 2],
    [404, 2],
    [201, 0],
  ])('status %i is a span with status %i', async (status, code) => {
    const { seam, faro, spans } = openPage({ status });
    seam.connect(faro);
    await seam.fetch('/x').catch(() => null);
    expect(spans[0]?.status.code).toBe(code);
  });

  test('a request that fails rejects as it would without us, and is an error', async () => {
    const { seam, faro, spans } = openPage({ status: 0 });
    seam.connect(faro);
    await expect(seam.fetch('/x')).rejects.toThrow(new TypeError('Failed to fetch'));
    expect(spans[0]?.status.code).toBe(2);
  });
});

describe('actions and pages', () => {
  test('an action has an ID and a trace of its own, is timed, and its requests hang below it', async () => {
    const { seam, faro, spans, measured, sent } = openPage();
    seam.connect(faro);
    const view = seam.current();
    const answer = await seam.run('like', async (action) => {
      await action.fetch('/api/posts/1/likes', { method: 'post' });
      return action.correlationId;
    });
    expect(answer).not.toBe(view.correlationId);
    expect(sent[0]?.headers.get('x-correlation-id')).toBe(answer);
    expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['POST', 3],
      ['like', 1],
    ]);
    expect(spans[0]?.parentSpanId).toBe(spans[1]?.spanId);
    expect(measured).toEqual([
      { type: 'seam.interaction', values: { duration: 40 }, action: 'like', correlation_id: answer },
    ]);
  });

  test('an action that fails rejects with its own error and is still timed', async () => {
    const { seam, faro, spans, measured } = openPage();
    seam.connect(faro);
    await expect(seam.run('break', () => Promise.reject(new RangeError('on purpose')))).rejects.toThrow('on purpose');
    expect([spans[0]?.status.code, measured.length]).toEqual([2, 1]);
  });

  test('what Faro reports carries page, domain, correlation and trace of the present action', async () => {
    const { seam, faro, metas, traceNow } = openPage();
    seam.connect(faro);
    const metaNow = () => metas.map((meta) => meta());
    const { correlationId, traceId } = seam.current();
    expect(metaNow()).toEqual([
      {
        page: {
          url: 'http://127.0.0.1:4700/',
          id: 'home',
          attributes: { correlation_id: correlationId, 'seam.domain': 'feed' },
        },
      },
    ]);
    expect(traceNow()).toMatchObject({ traceId });
    await seam.run('search', () => null);
    expect(traceNow()).toMatchObject({ traceId: seam.current().traceId });
    expect(seam.current().traceId).not.toBe(traceId);
  });

  test('the page is measured once, from its beginning until the content stands; what came before Faro is not lost', async () => {
    const { seam, faro, measured, spans, clock } = openPage();
    await seam.fetch('/api/feed');
    clock.advance(210);
    seam.pageReady();
    seam.pageReady();
    expect(measured).toEqual([]);
    seam.connect(faro);
    expect(measured).toMatchObject([{ type: 'seam.page_load', values: { duration: 250 } }]);
    expect(spans.map(({ name }) => name)).toEqual(['GET', 'page']);
    seam.beginPage({ page: 'search' });
    clock.advance(30);
    seam.pageReady();
    expect(measured[1]).toMatchObject({ type: 'seam.page_load', values: { duration: 30 } });
  });

  test('a Faro that throws breaks nothing', async () => {
    const { seam, faro } = openPage();
    const broken = () => {
      throw new Error('broken');
    };
    seam.connect({ ...faro, api: { ...faro.api, pushTraces: broken, pushMeasurement: broken } });
    expect((await seam.fetch('/api/feed')).status).toBe(200);
  });
});
