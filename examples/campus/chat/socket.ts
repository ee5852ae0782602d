/** WS /api/chat/ws: JSON messages `send`, `delivered`, `read`, `ping`; a mistake is answered, it never ends the connection. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  attribute,
  header,
  metric,
  observeGauge,
  runWithCorrelation,
  sendMessage,
  wrapWebSocket,
} from 'seamwatch/instrument';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type Hub, type Log, messageOf, statusOf } from '../platform/index.ts';
import type { Chat } from './chat.ts';

const incoming = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping') }),
  z.object({
    type: z.literal('send'),
    conversationId: z.number().int().positive(),
    content: z.string().trim().min(1).max(5_000),
  }),
  z.object({ type: z.enum(['delivered', 'read']), messageId: z.number().int().positive() }),
]);

/** What the socket needs; `userOf` names the user of a request or throws with a status. */
export interface ChatSocketParts {
  readonly server: Server;
  readonly chat: Chat;
  readonly hub: Hub;
  readonly log: Log;
  readonly userOf: (request: IncomingMessage) => number;
}

/** Listens for upgrades of `/api/chat/ws`; others are refused. The returned function ends every connection. */
export function serveChatSocket(parts: ChatSocketParts): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const endGauge = observeGauge(metric.wsConnections, { [attribute.domain]: 'chat' }, parts.hub.size);
  parts.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A client that breaks off while it is refused is its own affair.
    stream.on('error', (error) => parts.log.debug({}, `upgrade failed: ${error.message}`));
    const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (pathname !== '/api/chat/ws') return refuse(stream, 404, `there is no WebSocket at ${pathname}`);
    try {
      const userId = parts.userOf(request);
      const open = (socket: WebSocket): void => inTraceOf(request, () => welcome(parts, socket, userId));
      sockets.handleUpgrade(request, stream, head, open);
    } catch (error) {
      refuse(stream, statusOf(error), messageOf(error));
    }
  });
  return () => {
    endGauge();
    parts.hub.closeAll();
    sockets.close();
  };
}

/** The upgrade passes no middleware: what it starts belongs to the trace that its headers name all the same. */
function inTraceOf({ headers }: IncomingMessage, work: () => void): void {
  const id = headers[header.correlationId];
  runWithCorrelation(typeof id === 'string' ? id : null, work, headers);
}

function refuse(stream: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: { status, message } });
  stream.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function welcome({ chat, hub, log }: ChatSocketParts, raw: WebSocket, userId: number): void {
  const socket = wrapWebSocket(raw, { domain: 'chat' });
  const setPresence = (online: boolean): void => {
    chat.setPresence(userId, online).catch((error: unknown) => {
      log.warn({ userId }, `presence was not kept: ${messageOf(error)}`);
    });
  };
  if (hub.add(userId, raw)) setPresence(true);
  // One message after the other, so that what a client sends first is stored first.
  let tail: Promise<void> = Promise.resolve();
  socket.on('message', (data) => {
    tail = tail.then(async () => {
      const reply = await answer(chat, userId, String(data));
      if (raw.readyState === raw.OPEN) sendMessage(raw, reply);
    });
  });
  socket.on('error', (error) => log.debug({ userId }, `socket failed: ${error.message}`));
  const inCallersContext = AsyncLocalStorage.snapshot();
  socket.on('close', () => inCallersContext(() => hub.remove(userId, raw) && setPresence(false)));
  sendMessage(raw, { type: 'ready', userId });
}

async function answer(chat: Chat, userId: number, text: string): Promise<object> {
  try {
    const request = incoming.parse(JSON.parse(text));
    switch (request.type) {
      case 'ping':
        return { type: 'pong' };
      case 'send': {
        const message = await chat.send(userId, request.conversationId, request.content);
        return { type: 'sent', ...message };
      }
      default:
        await chat.acknowledge(userId, request.messageId, request.type);
        return { type: 'acknowledged', messageId: request.messageId };
    }
  } catch (error) {
    return { type: 'error', status: statusOfReply(error), message: sentenceOf(error) };
  }
}

function statusOfReply(error: unknown): number {
  return error instanceof SyntaxError || error instanceof z.ZodError ? 400 : statusOf(error);
}

function sentenceOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the message is not JSON; send an object such as {"type":"ping"}';
  if (error instanceof z.ZodError) {
    return 'the message is not understood; type is ping, send {conversationId, content}, delivered or read {messageId}';
  }
  return messageOf(error);
}
