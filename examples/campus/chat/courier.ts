/** Brings messages to the sockets of their recipients, one conversation's messages strictly one after the other. */
import { recordDelivery } from 'seamwatch/instrument';
import type { Clock, Hub } from '../platform/index.ts';
import type { Message } from './chat.ts';
import type { prepare } from './tables.ts';

/** `deliver` and `tell` return at once. */
export interface Courier {
  readonly deliver: (message: Message, recipientIds: readonly number[]) => void;
  readonly tell: (conversationId: number, userIds: readonly number[], payload: object) => void;
}

/** What the courier needs. */
export interface CourierParts {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly sql: Pick<ReturnType<typeof prepare>, 'delivered'>;
}

/** A courier with nothing to bring. */
export function createCourier({ hub, clock, sql }: CourierParts): Courier {
  const tails = new Map<number, Promise<void>>();
  const enqueue = (conversationId: number, work: () => Promise<void>): void => {
    // A socket that dies in between is not this conversation's problem: it counts as offline.
    const tail = (tails.get(conversationId) ?? Promise.resolve()).then(work).catch(() => undefined);
    tails.set(conversationId, tail);
    void tail.then(() => {
      if (tails.get(conversationId) === tail) tails.delete(conversationId);
    });
  };
  const bring = async (message: Message, recipientId: number): Promise<void> => {
    const taken = await hub.send(recipientId, { type: 'message', ...message });
    const deliveredAtMs = clock.nowMs();
    if (taken) sql.delivered.run(message.id, recipientId, deliveredAtMs);
    // Offline: the message is stored and visible from now on, so that is when it is delivered.
    recordDelivery({
      kind: 'message',
      sentAtMs: message.createdAt,
      deliveredAtMs,
      channel: taken ? 'socket' : 'stored',
      type: 'message.sent',
    });
  };
  return {
    deliver: (message, recipientIds) =>
      enqueue(message.conversationId, async () => {
        await Promise.all(recipientIds.map((recipientId) => bring(message, recipientId)));
      }),
    tell: (conversationId, userIds, payload) =>
      enqueue(conversationId, async () => {
        await Promise.all(userIds.map((userId) => hub.send(userId, payload)));
      }),
  };
}
