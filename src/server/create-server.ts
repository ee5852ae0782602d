/** Starts the HTTP side: one server for console, API and telemetry, and extra ports for telemetry alone. */
import type { RequestListener, Server } from 'node:http';
import { AppError } from '../kernel/errors.ts';
import { after } from '../kernel/schedule.ts';
import { createApplication } from './application.ts';
import { checkTokens, createAuth } from './auth.ts';
import type { RunningServer, ServerDependencies, ServerLimits } from './dependencies.ts';
import { replyFor } from './errors.ts';
import { admitPage, admitTelemetry, type IntakeDoor, isFaroPath, isIntakePath, telemetryOnly } from './intake-door.ts';
import { defaultLimits } from './limits.ts';
import { createLimitedServer, type ExtraServer, listen, listenExtra, urlOf } from './listen.ts';
import { createLiveFeed } from './live.ts';

/**
 * Binds every port and answers until closed.
 * @throws PORT_IN_USE naming the port and the flag that moves it
 * @throws CONFIG_INVALID for an empty token, or a host that other machines reach without ingest and read tokens
 */
export async function createServer(dependencies: ServerDependencies): Promise<RunningServer> {
  const { host, log, live: source, intake, allowedHosts } = dependencies;
  checkTokens(dependencies.tokens, host);
  const limits: ServerLimits = { ...defaultLimits, ...dependencies.limits };
  const auth = createAuth(dependencies.tokens, dependencies.clock);
  const live = createLiveFeed(source, limits, log);
  const door: IntakeDoor = { host, allowedHosts, auth, intake, log, onRefused: dependencies.onTelemetryRefused };
  const server = createMainServer(dependencies, { auth, live, limits }, door);
  const servers: Server[] = [server];
  const extras: ExtraServer[] = [];
  try {
    const port = await listen(server, host, dependencies.port, dependencies.flagName);
    for (const extra of dependencies.extraListeners) {
      extras.push(
        await listenExtra(extra, host, createLimitedServer(limits, telemetryOnly(door), door.onRefused), log),
      );
    }
    servers.push(...extras.flatMap((extra) => (extra.server === null ? [] : [extra.server])));
    const address = urlOf(host, port);
    const own = { name: 'console, API and OTLP', address, ok: true, reason: null };
    const listeners = [own, ...extras.map((extra) => extra.state)];
    let closing: Promise<void> | null = null;
    const close = (): Promise<void> => {
      closing ??= Promise.all([live.close(), ...servers.map((one) => closeServer(one, limits.closeGraceMs))]).then(
        () => undefined,
      );
      return closing;
    };
    return { address, port, listeners: () => listeners, ingestBy: auth.ingestBy, close };
  } catch (error) {
    await live.close();
    const bound = [server, ...extras.flatMap((extra) => extra.server ?? [])];
    await Promise.all(bound.map((one) => closeServer(one, 0)));
    throw error;
  }
}

function createMainServer(
  dependencies: ServerDependencies,
  parts: Parameters<typeof createApplication>[1],
  door: IntakeDoor,
): Server {
  const application = createApplication(dependencies, parts);
  const onRequest: RequestListener = (request, response) => {
    if (isIntakePath(request.url)) {
      admitTelemetry(door, request, response);
      return;
    }
    if (dependencies.faro !== undefined && isFaroPath(request.url)) {
      admitPage(door, dependencies.faro, request, response);
      return;
    }
    if (request.url?.startsWith('/') === true) {
      application(request, response);
      return;
    }
    const refusal = new AppError('INVALID_REQUEST', `the request target ${request.url} is not a path`);
    const { status, body } = replyFor(refusal, dependencies.log);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  return createLimitedServer(parts.limits, onRequest, door.onRefused);
}

/** Stops accepting (which ends idle connections), waits `graceMs` for requests in progress, then cuts them. */
function closeServer(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = after(graceMs, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
  });
}
