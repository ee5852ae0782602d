/** Refuses a request at once, and reads what its sender still sends, so that it reads the answer instead of a broken connection. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from './refusal.ts';
import { sendRefusal } from './reply.ts';
import type { SlowSenders } from './slow-senders.ts';
import type { Encoding } from './writer-messages.ts';

/** A request and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly encoding: Encoding;
}

/** What the rest of a refused body is thrown away with. */
export interface RefusingTerms {
  readonly senders: SlowSenders;
  readonly reclaim: (bytes: number) => void;
}

/** A larger announced body ends its connection: clients then stop sending. */
const keptConnectionBytes = 1_048_576;
/** Reading on ends with whichever comes first. */
const lingerBytes = 67_108_864;
const lingerMs = 10_000;

/** Holds no memory of the body. */
export function refuse({ request, response, encoding }: Exchange, refusal: Refusal, terms: RefusingTerms): void {
  const isRead = request.complete;
  const isSlow = refusal.reason === 'slow_sender';
  const isLarge = Number(request.headers['content-length'] ?? 0) > keptConnectionBytes;
  const isLast = isSlow || (!isRead && (isLarge || !response.shouldKeepAlive));
  sendRefusal(response, encoding, refusal, isLast);
  if (isRead || isSlow) {
    if (isLast) response.end();
    return;
  }
  const cut = (): void => {
    if (isLast) response.end();
    request.socket.destroySoon();
  };
  const sender = terms.senders.follow(request, cut, lingerMs);
  request.on('data', (chunk: Buffer) => {
    sender.bytes += chunk.length;
    terms.reclaim(chunk.length);
    if (sender.bytes > lingerBytes) cut();
  });
  request.on('end', () => {
    if (isLast) response.end();
  });
  request.on('close', () => terms.senders.forget(sender));
  request.resume();
}
