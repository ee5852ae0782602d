/** The reference monolith with its page, and a collector that takes what both send; real time, free ports. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, createFaroIntake, type FaroIntake, openCollector } from '../../collector/index.ts';
import { type Campus, createCampus } from '../../examples/campus/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';

/** `batch` is the name that the SDK gives to what it sends, kept when it sends it again; `atMs` is when it came. */
export interface FaroAnswer {
  readonly method: string;
  readonly batch: string;
  readonly status: number;
  readonly atMs: number;
}

export interface FaroStand {
  readonly collector: Collector;
  readonly intake: FaroIntake;
  readonly campus: Campus;
  /** Of the collector. */
  readonly url: string;
  /** The requests that came to the Faro intake, in the order of their answers. */
  readonly answers: readonly FaroAnswer[];
  readonly close: () => Promise<void>;
}

export async function startFaroStand(
  limits: { readonly requestsPerSecond?: number; readonly burst?: number } = {},
): Promise<FaroStand> {
  const folder = mkdtempSync(join(tmpdir(), 'faro-'));
  const shared = { clock: systemClock, log: silentLog };
  const collector = await openCollector({ file: join(folder, 'seamwatch.db'), mapping: [], migrations: [], ...shared });
  const intake = createFaroIntake({ receive: collector.receive, apps: [], limits, ...shared });
  const answers: FaroAnswer[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/faro') === true) {
      note(request, response, answers);
      intake.handle(request, response);
    } else collector.handle(request, response, { mayBackfill: false });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const campus = await createCampus({
    ...{ dataFile: ':memory:', port: 0, endpoint: url, faults: false, log: silentLog },
    ...{ users: 20, exportIntervalMs: 500 },
  });
  intake.allowOrigin(campus.url);
  const close = async (): Promise<void> => {
    await campus.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await intake.close();
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { collector, intake, campus, url, answers, close };
}

function note(request: IncomingMessage, response: ServerResponse, answers: FaroAnswer[]): void {
  const atMs = performance.now();
  const batch = String(request.headers['idempotency-key'] ?? '');
  response.once('finish', () =>
    answers.push({ method: request.method ?? '', batch, status: response.statusCode, atMs }),
  );
}
