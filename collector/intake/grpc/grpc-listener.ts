/** The listening side of OTLP over gRPC: token and memory are checked before a message is read, the reply comes after the commit. */
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { AppError, messageOf, systemCodeOf } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { after } from '../../../src/kernel/schedule.ts';
import { successProtobuf } from '../reply.ts';
import type { Caller } from './admitted-call.ts';
import { type CallGate, createCallGate } from './call-gate.ts';
import { awaitPreface, type PrefaceRules } from './connection-preface.ts';
import { exportServices, same } from './export-services.ts';
import type { GrpcIntake, GrpcIntakeOptions } from './grpc-intake.ts';
import { defaultGrpcBounds, serverOptions } from './grpc-options.ts';
import { statusOf } from './grpc-status.ts';
import { checkHealth, healthService } from './health-service.ts';

/** One listener, not yet bound. */
export function createGrpcListener(options: GrpcIntakeOptions): GrpcIntake {
  const bounds = { ...defaultGrpcBounds, ...options.bounds };
  const gate = createCallGate(options, bounds);
  const server = new Server({ ...serverOptions(bounds, options.limits), interceptors: [gate.interceptor] });
  let isClosing = false;
  const serve = (service: string, name: string, work: Work): void => {
    server.register(`/${service}/${name}`, handlerOf(gate, work, options.log), same, same, 'unary');
  };
  for (const telemetry of ['traces', 'metrics', 'logs'] as const) {
    serve(exportServices[telemetry], 'Export', async (body, by) =>
      successProtobuf(await options.receive({ telemetry, body, encoding: 'protobuf', way: 'grpc', ...by })),
    );
  }
  const isServing = (): boolean => !isClosing && (options.failure?.() ?? null) === null;
  serve(healthService, 'Check', async (body) => checkHealth(body, isServing()));
  const sockets = new Set<Socket>();
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const { countRefused = () => {} } = options;
  const connections = acceptInto(sockets, {
    prefaceMs: bounds.prefaceMs,
    accept: (socket) => injector.injectConnection(socket),
    countRefused: (refused) => countRefused({ way: 'grpc', ...refused }),
  });
  connections.maxConnections = bounds.maxConnections;
  return {
    listen: (host, port) => bind(connections, host, port),
    close: async () => {
      if (isClosing) return;
      isClosing = true;
      const closed = new Promise<void>((resolve) => connections.close(() => resolve()));
      const stopWaiting = after(bounds.closeGraceMs, () => {
        for (const socket of sockets) socket.destroy();
      });
      server.tryShutdown(() => {});
      await closed;
      stopWaiting();
    },
  };
}

/** Answers one message; `by` is who sent it. */
type Work = (body: Uint8Array, by: Caller) => Promise<Buffer>;

function handlerOf(gate: CallGate, work: Work, log: Log): handleUnaryCall<Buffer, Buffer> {
  return (call, answer) => {
    const admitted = gate.of(call.metadata);
    admitted
      .handle(call.request, (body) => work(body, admitted.by))
      .then(
        (reply) => answer(null, reply),
        (error) => answer(statusOf(error, log)),
      );
  };
}

/** The sockets are ours, so that their number is bounded and the last of them can be cut. */
function acceptInto(sockets: Set<Socket>, rules: PrefaceRules): NetServer {
  return createServer({ noDelay: true, keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    awaitPreface(socket, rules);
  });
}

function bind(connections: NetServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(describeFailure(error, host, port));
    connections.once('error', onError);
    connections.listen({ host, port, exclusive: true }, () => {
      connections.off('error', onError);
      const bound = connections.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function describeFailure(cause: Error, host: string, port: number): AppError {
  const details = { host, port };
  if (systemCodeOf(cause) === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is used by another process; stop it, or choose another port with --otlp-grpc-port`;
    return new AppError('PORT_IN_USE', message, { details, cause });
  }
  const message = `cannot listen on ${host}:${port}: ${messageOf(cause)}; give an address of this machine and a port that is permitted`;
  return new AppError('CONFIG_INVALID', message, { details, cause });
}
