/** Simulated users who sit in the chat: each has a WebSocket open, reads what arrives and says something now and then. */
import { WebSocket } from 'ws';
import { z } from 'zod';
import { pause, pick, type Random } from '../platform/index.ts';
import { replies } from '../vocabulary.ts';
import { arrivalGapMs } from './shape.ts';
import type { OpenedConversation } from './world.ts';

/** Messages per second that one chatter sends. */
const sendRate = 0.1;

/** Ms before a lost connection is tried again. */
const reconnectMs = 2_000;

const message = z.object({ type: z.literal('message'), id: z.number() });

/** What a chatter needs; `onSent` hears of each message it sends. */
export interface ChatterOptions {
  readonly url: string;
  readonly userId: number;
  readonly conversations: readonly OpenedConversation[];
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onSent: () => void;
}

/** Talks until `signal` aborts, connecting again when the connection is lost. */
export async function chatter(options: ChatterOptions): Promise<void> {
  while (!options.signal.aborted) {
    await oneConnection(options);
    await pause(reconnectMs, options.signal);
  }
}

function oneConnection({ url, userId, conversations, random, signal, onSent }: ChatterOptions): Promise<void> {
  const address = `${url.replace(/^http/, 'ws')}/api/chat/ws`;
  const socket = new WebSocket(address, { headers: { 'x-user-id': String(userId) } });
  const mine = conversations.filter((conversation) => conversation.userIds.includes(userId));
  const send = (payload: object): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
  };
  const talk = async (): Promise<void> => {
    while (mine.length > 0 && socket.readyState === socket.OPEN) {
      await pause(arrivalGapMs(sendRate, random), signal);
      if (signal.aborted || socket.readyState !== socket.OPEN) return;
      send({ type: 'send', conversationId: pick(random, mine).id, content: pick(random, replies) });
      onSent();
    }
  };
  return new Promise((resolve) => {
    const end = (): void => socket.close();
    signal.addEventListener('abort', end, { once: true });
    socket.on('open', () => void talk());
    socket.on('message', (data) => {
      const received = message.safeParse(JSON.parse(String(data)));
      if (received.success) send({ type: random() < 0.5 ? 'read' : 'delivered', messageId: received.data.id });
    });
    // 'close' follows every error, and says all there is to do.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
  });
}
