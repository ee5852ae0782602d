/** A collector behind a real server in a folder of its own; for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeClock, fakeClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Slice } from '../../src/kernel/series.ts';
import { type Collector, openCollector } from './collector.ts';
import type { CommitNotice } from './notice.ts';
import type { CollectorOptions } from './options.ts';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Mon 2 March 2026 10:00:00 UTC: the beginning of an hour. */
export const testStartMs = Date.UTC(2026, 2, 2, 10);

export interface TestCollector {
  readonly collector: Collector;
  readonly clock: FakeClock;
  readonly file: string;
  readonly url: string;
  readonly notices: readonly CommitNotice[];
  readonly post: (
    path: string,
    body: Uint8Array | string,
    headers?: Record<string, string>,
    method?: string,
  ) => Promise<Answer>;
  /** Closes and opens again over the same file. */
  readonly reopen: () => Promise<TestCollector>;
  /** Stops and keeps the folder. */
  readonly stop: () => Promise<void>;
  /** Stops and removes the folder. */
  readonly remove: () => Promise<void>;
}

/** `folder` and `clock` are made when absent; header `x-backfill` gives a request the right to back-fill. */
export async function startTestCollector(
  options: Partial<CollectorOptions> = {},
  folder: string = mkdtempSync(join(tmpdir(), 'collector-')),
  clock: FakeClock = fakeClock(testStartMs),
): Promise<TestCollector> {
  const file = join(folder, 'seamwatch.db');
  const collector = await openCollector({ file, clock, log: silentLog, mapping: [], migrations: [], ...options });
  const server = createServer((request, response) =>
    collector.handle(request, response, { mayBackfill: request.headers['x-backfill'] !== undefined }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  const notices: CommitNotice[] = [];
  collector.onCommit((notice) => notices.push(notice));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await collector.close();
  };
  return {
    collector,
    clock,
    file,
    url,
    notices,
    post: (path, body, headers = {}, method = 'POST') => send(`${url}${path}`, method, body, headers),
    reopen: async () => {
      await stop();
      return startTestCollector(options, folder, clock);
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every slice of the series that carry these labels, with their counts. */
export function slicesOf(collector: Collector, signal: string, labels: Readonly<Record<string, string>>): Slice[] {
  const wanted = collector.reader
    .series()
    .filter((series) => series.signal === signal)
    .filter((series) => Object.entries(labels).every(([name, value]) => series.labels[name] === value));
  return collector.reader.slices(
    wanted.map((series) => series.id),
    0,
    Number.MAX_SAFE_INTEGER,
  );
}

/** Events in these slices. */
export function eventsIn(slices: readonly Slice[]): number {
  return slices.reduce((total, slice) => total + slice.counts.reduce((sum, count) => sum + count, 0), 0);
}

/** One request over a connection of its own; protobuf unless `headers` say otherwise. */
export function send(
  url: string,
  method: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method,
      agent: false,
      headers: { 'content-type': 'application/x-protobuf', ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.end(body);
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
