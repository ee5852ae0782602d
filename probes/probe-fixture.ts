/** Real servers on free ports and runs against them; for tests. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { type Clock, systemClock } from '../src/kernel/clock.ts';
import { systemRandomBytes } from '../src/kernel/ids.ts';
import type { ProbeDefinition } from './definition.ts';
import type { Network } from './network.ts';
import { type ProbeRun, runProbe } from './run.ts';
import { parseProbes } from './schema.ts';

/** Something that listens; `place` is `host:port`. */
export interface TestServer {
  readonly port: number;
  readonly place: string;
  readonly url: string;
  /** Open connections at this moment. */
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A web server that answers as told. */
export function startWeb(listener: RequestListener): Promise<TestServer> {
  return listen(createServer(listener));
}

/** Any server on a free port of 127.0.0.1. */
export async function listen(server: NetServer | Server): Promise<TestServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    place: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    connections: () =>
      new Promise((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n)))),
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port on which nothing listens: one that was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = await listen(createServer());
  await server.close();
  return server.port;
}

/** One probe as YAML would give it, with id `example`. */
export function exampleProbe(row: object, target: string | null = null): ProbeDefinition {
  const [probe] = parseProbes([{ id: 'example', ...row }], 'probes.yaml', target);
  if (probe === undefined) throw new RangeError('no probe');
  return probe;
}

/** What differs from a run on the machine's own network and clock. */
export interface RunOptions {
  readonly clock?: Clock;
  readonly network?: Network;
  readonly signal?: AbortSignal;
}

/** One run of one probe. */
export function runExample(row: object, target: string | null = null, options: RunOptions = {}): Promise<ProbeRun> {
  return runProbe(exampleProbe(row, target), {
    clock: options.clock ?? systemClock,
    randomBytes: systemRandomBytes,
    network: options.network ?? {},
    version: '1.2.3',
    signal: options.signal ?? new AbortController().signal,
  });
}
