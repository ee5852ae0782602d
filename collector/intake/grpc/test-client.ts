/** A raw gRPC client and a listener in front of a real collector; for tests. */
import {
  Client,
  type ClientOptions,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { silentLog } from '../../../src/kernel/log.ts';
import { defaultLimits } from '../section.ts';
import { startTestCollector, type TestCollector } from '../test-collector.ts';
import { same } from './export-services.ts';
import { createGrpcIntake, type GrpcIntake, type GrpcIntakeOptions } from './index.ts';

/** How a call ended: `code` by name, such as `OK`. */
export interface GrpcAnswer {
  readonly code: string;
  readonly details: string;
  readonly message: Buffer;
  readonly trailers: Metadata;
}

export interface TestGrpc extends TestCollector {
  readonly grpc: GrpcIntake;
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** A listener over a collector of its own, open to everybody unless `options` say otherwise. */
export async function startTestGrpc(options: Partial<GrpcIntakeOptions> = {}): Promise<TestGrpc> {
  const limits = { ...defaultLimits, ...options.limits };
  const running = await startTestCollector(options.clock === undefined ? { limits } : { limits, clock: options.clock });
  const { receive, failure, hold, countRefused } = running.collector;
  const authorize = () => ({ mayBackfill: false });
  const shared = { receive, failure, hold, countRefused, authorize, clock: running.clock, log: silentLog };
  const grpc = createGrpcIntake({ ...shared, ...options, limits });
  const port = await grpc.listen('127.0.0.1', 0);
  const remove = async (): Promise<void> => {
    await grpc.close();
    await running.remove();
  };
  return { ...running, grpc, address: `127.0.0.1:${port}`, remove };
}

/** A client with a connection of its own. */
export function connect(address: string, options: ClientOptions = {}): Client {
  return new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1, ...options });
}

/** Compresses every message. */
export const gzipOption: ClientOptions = { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip };

/** One unary call; resolves for every status. */
export function call(
  client: Client,
  service: string,
  message: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  name = 'Export',
): Promise<GrpcAnswer> {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  return new Promise((resolve) => {
    let trailers = new Metadata();
    const done = (error: ServiceError | null, reply?: Buffer): void => {
      const ended = error ?? { code: status.OK, details: '', metadata: trailers };
      const { code, details } = ended;
      resolve({ code: status[code], details, message: reply ?? Buffer.alloc(0), trailers: ended.metadata });
    };
    const request = client.makeUnaryRequest(
      `/${service}/${name}`,
      same,
      same,
      Buffer.from(message),
      metadata,
      { deadline: Number.POSITIVE_INFINITY },
      done,
    );
    request.on('status', (ended) => {
      trailers = ended.metadata;
    });
  });
}
