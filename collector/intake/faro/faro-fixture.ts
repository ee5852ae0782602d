/** A Faro intake before a collector with a real database, and bodies as the SDK sends them; for tests. */
import { createServer } from 'node:http';
import { silentLog } from '../../../src/kernel/log.ts';
import type { DomainRule } from '../options.ts';
import { type Answer, send, startTestCollector, type TestCollector } from '../test-collector.ts';
import { createFaroIntake, type FaroIntake } from './faro-intake.ts';
import type { FaroIntakeOptions } from './options.ts';

export interface FaroStand {
  readonly running: TestCollector;
  readonly intake: FaroIntake;
  readonly url: string;
  /** Sends JSON, or bytes as they are. */
  readonly post: (body: unknown, headers?: Record<string, string>, path?: string, method?: string) => Promise<Answer>;
  readonly remove: () => Promise<void>;
}

/** A page of one app without a key from `http://127.0.0.1:4700`, unless `options` say otherwise. */
export async function startFaroStand(
  options: Partial<FaroIntakeOptions> = {},
  mapping: readonly DomainRule[] = [],
): Promise<FaroStand> {
  const running = await startTestCollector({ mapping });
  const intake = createFaroIntake({
    receive: running.collector.receive,
    countRefused: running.collector.countRefused,
    apps: [{ key: null, name: null, origins: ['http://127.0.0.1:4700'] }],
    clock: running.clock,
    log: silentLog,
    ...options,
  });
  const server = createServer((request, response) => intake.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    ...{ running, intake, url },
    post: (body, headers = {}, path = '/faro/collect', method = 'POST') =>
      send(`${url}${path}`, method, body instanceof Uint8Array ? body : JSON.stringify(body), {
        'content-type': 'application/json',
        ...headers,
      }),
    remove: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await intake.close();
      await running.remove();
    },
  };
}

/** As Faro 2.12 describes itself, its page and its user. */
export const sampleMeta = {
  sdk: {
    name: 'faro-core',
    version: '2.12.1',
    integrations: [{ name: '@grafana/faro-web-sdk:instrumentation-errors' }],
  },
  app: { name: 'campus-web', version: '1.2.0', environment: 'demo' },
  user: { id: 'user-7', email: 'ann@example.org', username: 'ann', fullName: 'Ann Example', roles: 'admin' },
  session: { id: 'aB3.x_-9' },
  page: { url: 'http://127.0.0.1:4700/posts/1234?token=secret#top', attributes: { 'seam.domain': 'feed' } },
  view: { name: 'home' },
  browser: {
    name: 'Chrome',
    version: '140',
    os: 'Linux',
    brands: [{ brand: 'Chromium', version: '140' }],
    viewportWidth: '800',
  },
};

export const sampleTraceId = '4bf92f3577b34da6a3ce929d0e0e4736';
export const sampleSpanId = '00f067aa0ba902b7';

/** A fetch of the page as OTLP/JSON, 200 ms long and ending at `endMs` (Unix ms). */
export function sampleCall(endMs: number, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'spoofed' } }] },
        scopeSpans: [
          {
            scope: { name: 'page' },
            spans: [
              {
                ...{ traceId: sampleTraceId, spanId: sampleSpanId, name: 'GET', kind: 3 },
                startTimeUnixNano: `${endMs - 200}000000`,
                endTimeUnixNano: `${endMs}000000`,
                attributes: [{ key: 'http.request.method', value: { stringValue: 'GET' } }],
                status: { code: 0 },
                ...more,
              },
            ],
          },
        ],
      },
    ],
  };
}
