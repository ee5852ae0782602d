/** Builds, starts and closes the reference monolith. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Instrumentation, start } from 'seamwatch/instrument';
import { buildApp } from './app.ts';
import { type Bus, createBus } from './bus/index.ts';
import { serveChatSocket } from './chat/index.ts';
import { buildDomains, type DomainParts, type Domains } from './domains.ts';
import { pullThreshold } from './feed/index.ts';
import { startJobs } from './jobs.ts';
import { createDeliveryWorker, type DeliveryWorker } from './notifications/index.ts';
import {
  type Clock,
  createFaults,
  createHub,
  HttpError,
  type Log,
  openDatabase,
  type Random,
  systemClock,
  systemRandom,
  userIdOf,
} from './platform/index.ts';
import type { Document } from './search/index.ts';
import { seedDatabase } from './seed.ts';
import { subscribeDomains } from './subscriptions.ts';

/** `port` 0 = a free one; `endpoint` null = nothing is exported; `users` are seeded into an empty database, default 600. */
export interface CampusOptions {
  /** `:memory:` allowed. */
  readonly dataFile: string;
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly endpoint: string | null;
  readonly token?: string;
  readonly faults: boolean;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly users?: number;
  readonly exportIntervalMs?: number;
  /** Followers from which a post is pulled at read time; default 5000. */
  readonly feedThreshold?: number;
}

/** The running monolith; bus and worker are there for drills and tests. */
export interface Campus {
  readonly url: string;
  readonly port: number;
  readonly domains: Domains;
  readonly bus: Bus;
  readonly delivery: DeliveryWorker;
  /** Takes no more requests, lets events and notices finish, pushes the last numbers, closes the database. */
  readonly close: () => Promise<void>;
}

/**
 * Seeds the database if it is empty, starts the library and listens.
 * @throws Error when the port is in use (says how to move it) or the database can not be opened
 */
export async function createCampus(options: CampusOptions): Promise<Campus> {
  const parts = await openParts(options);
  const { domains, close: endGauges } = buildDomains(parts);
  const delivery = createDeliveryWorker(domains.notifications, parts.log, parts.closing);
  subscribeDomains(parts.bus, domains, delivery);
  await warmUp(domains, delivery, parts.clock);
  const { server, closeSockets } = buildServer(options, parts, domains);
  const stopJobs = startJobs(domains, parts.log);
  const shutDown = async (): Promise<void> => {
    parts.abort();
    stopJobs();
    closeSockets();
    await stopListening(server);
    await parts.bus.close();
    await delivery.idle();
    endGauges();
    await parts.instrumentation.shutdown();
    parts.db.close();
  };
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port, host).catch(async (error: unknown) => {
    await shutDown();
    throw error;
  });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url, port, domains, bus: parts.bus, delivery, close: once(shutDown) };
}

interface Parts extends DomainParts {
  readonly instrumentation: Instrumentation;
  /** Aborts `closing`. */
  readonly abort: () => void;
}

async function openParts(options: CampusOptions): Promise<Parts> {
  const { log, clock = systemClock, random = systemRandom, feedThreshold = pullThreshold } = options;
  const db = openDatabase(options.dataFile);
  await seedDatabase(db, options.users ?? 600, clock, random);
  const instrumentation = await startLibrary(options);
  const closing = new AbortController();
  return {
    db,
    log,
    clock,
    random,
    feedThreshold,
    instrumentation,
    hub: createHub(),
    bus: createBus({ db, log, random }),
    faults: createFaults({ clock, random }),
    closing: closing.signal,
    abort: () => closing.abort(),
  };
}

function buildServer(
  options: CampusOptions,
  parts: Parts,
  domains: Domains,
): { readonly server: Server; readonly closeSockets: () => void } {
  const { instrumentation, clock, log, hub, closing } = parts;
  const highestUserId = domains.users.highestId();
  const isHostAllowed = hostCheck(options.host ?? '127.0.0.1');
  const faults = options.faults ? parts.faults : null;
  const { endpoint } = options;
  const isReady = (): boolean => !closing.aborted;
  const server = createServer(
    buildApp({ domains, instrumentation, faults, endpoint, clock, log, isReady, isHostAllowed, highestUserId }),
  );
  // Longer than a client keeps an idle connection, so that no request meets one that is just being closed.
  server.keepAliveTimeout = 65_000;
  const userOf = (request: IncomingMessage): number => {
    if (!isHostAllowed(request.headers.host ?? '')) throw new HttpError(403, 'this host is not served here');
    return userIdOf(request, highestUserId);
  };
  return { server, closeSockets: serveChatSocket({ server, chat: domains.chat, hub, log, userOf }) };
}

function startLibrary(options: CampusOptions): ReturnType<typeof start> {
  return start({
    serviceName: 'campus-connect',
    endpoint: options.endpoint,
    log: options.log,
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.exportIntervalMs === undefined ? {} : { exportIntervalMs: options.exportIntervalMs }),
  });
}

/** The full reindex (S1 §7.4), the first batch of suggestions, and the notices that an earlier process left waiting. */
async function warmUp(domains: Domains, delivery: DeliveryWorker, clock: Clock): Promise<void> {
  const people = (await domains.users.list(2_000)).map(
    (user): Document => ({
      kind: 'user',
      id: user.id,
      title: user.name,
      text: [user.name, user.username, user.university, ...user.skills].join(' '),
      hashtags: [],
      changedMs: clock.nowMs(),
    }),
  );
  const posts = (await domains.posts.recent(500)).toReversed().map(
    (post): Document => ({
      kind: 'post',
      id: post.id,
      title: post.content.slice(0, 80),
      text: post.content,
      hashtags: post.hashtags,
      changedMs: post.createdAt,
    }),
  );
  await domains.search.reindex([...people, ...posts]);
  await domains.recommendations.recompute();
  for (const eventId of domains.notifications.leftOver()) delivery.add(eventId);
}

/** On loopback only loopback names are served; an address that others reach has names we can not know. */
function hostCheck(host: string): (header: string) => boolean {
  const loopback = ['127.0.0.1', 'localhost', '[::1]'];
  if (!['127.0.0.1', 'localhost', '::1'].includes(host)) return () => true;
  return (header) => loopback.includes(header.replace(/:\d+$/, '').toLowerCase());
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const message = `port ${port} on ${host} is in use by another program; choose another with --port, 0 picks a free one`;
      reject(new Error(message, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // A client that holds a request open must not hold the process.
    setTimeout(() => server.closeAllConnections(), 2_000).unref();
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
