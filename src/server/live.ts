/** `GET /api/v1/live`: server-sent events that say something changed; bounded in clients and in unread bytes. */
import type { ServerResponse } from 'node:http';
import type { LiveEvent } from '../contract/index.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { repeat } from '../kernel/schedule.ts';
import type { LiveSource, ServerLimits } from './dependencies.ts';

/** The open streams of one server. */
export interface LiveFeed {
  /** Turns the response into a stream. @throws UNAVAILABLE when all places are taken */
  readonly attach: (response: ServerResponse) => void;
  readonly clientCount: () => number;
  /** Ends every stream. */
  readonly close: () => Promise<void>;
}

/** Subscribes at once; a comment every `heartbeatMs` keeps proxies from closing a quiet stream. */
export function createLiveFeed(source: LiveSource, limits: ServerLimits, log: Log): LiveFeed {
  const clients = new Set<ServerResponse>();
  const send = (text: string): void => {
    for (const client of clients) {
      if (client.writableLength > limits.liveBufferBytes) {
        clients.delete(client);
        client.destroy();
        log.warn({ unreadBytes: client.writableLength }, 'a live client reads too slowly and was dropped');
      } else client.write(text);
    }
  };
  const unsubscribe = source.subscribe((event) => send(formatLiveEvent(event)));
  const heartbeat = repeat(
    limits.heartbeatMs,
    () => send(': alive\n\n'),
    (error) => log.error({ error }, 'the heartbeat of live streams failed'),
  );
  return {
    attach: (response) => {
      if (clients.size >= limits.liveClients) {
        throw new AppError('UNAVAILABLE', `all ${limits.liveClients} live streams are taken; close one and try again`);
      }
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
      response.write('retry: 2000\n\n');
      clients.add(response);
      response.once('close', () => clients.delete(response));
    },
    clientCount: () => clients.size,
    close: async () => {
      unsubscribe();
      for (const client of clients) client.end();
      clients.clear();
      await heartbeat.close();
    },
  };
}

/** One event on the wire: its name is its type, its data one line of JSON. */
export function formatLiveEvent(event: LiveEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
