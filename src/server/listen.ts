/** Binding ports: a busy one is an error that names the flag, or a warning for ports that are only a convenience. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { AppError, messageOf, systemCodeOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { ExtraListener, ListenerState, RefusedTelemetry, ServerLimits } from './dependencies.ts';
import { countParserRefusals } from './parser-refusals.ts';

/** A server with the product's time and header limits, not yet listening. `onRefused` is told what the parser turns away. */
export function createLimitedServer(
  limits: ServerLimits,
  onRequest: RequestListener,
  onRefused: (refused: RefusedTelemetry) => void = () => {},
): Server {
  const server = createServer(
    {
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
      maxHeaderSize: 16_384,
      keepAliveTimeout: 65_000,
    },
    onRequest,
  );
  countParserRefusals(server, onRefused);
  return server;
}

/**
 * Binds and gives the port; 0 picks a free one.
 * @throws PORT_IN_USE naming the port and the flag, CONFIG_INVALID when the address is not this machine's or not permitted
 */
export function listen(server: Server, host: string, port: number, flagName: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(describeFailure(error, host, port, flagName));
    server.once('error', onError);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', onError);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** One bound extra port, or the reason why there is none. */
export interface ExtraServer {
  readonly server: Server | null;
  readonly state: ListenerState;
}

/** Binds one more port; a busy one is a warning unless the listener is required. @throws PORT_IN_USE, CONFIG_INVALID when required */
export async function listenExtra(extra: ExtraListener, host: string, server: Server, log: Log): Promise<ExtraServer> {
  try {
    const port = await listen(server, host, extra.port, extra.flagName);
    return { server, state: { name: extra.name, address: urlOf(host, port), ok: true, reason: null } };
  } catch (error) {
    if (extra.required) throw error;
    const reason = messageOf(error);
    log.warn({ listener: extra.name, port: extra.port }, `${extra.name} does not listen: ${reason}`);
    return { server: null, state: { name: extra.name, address: urlOf(host, extra.port), ok: false, reason } };
  }
}

/** Base URL without a trailing slash; IPv6 addresses in brackets. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

function describeFailure(error: Error, host: string, port: number, flagName: string | undefined): AppError {
  const details = { host, port };
  if (systemCodeOf(error) === 'EADDRINUSE') {
    const remedy = flagName === undefined ? 'stop it' : `stop it, or choose another port with ${flagName}`;
    return new AppError('PORT_IN_USE', `port ${port} on ${host} is used by another process; ${remedy}`, {
      details,
      cause: error,
    });
  }
  const message = `cannot listen on ${host}:${port}: ${messageOf(error)}; give an address of this machine and a port that is permitted`;
  return new AppError('CONFIG_INVALID', message, { details, cause: error });
}
