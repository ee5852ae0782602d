/** Conversations and messages, delivered in order; receipts, presence, soft delete. Owns the tables of `tables.ts`. */
import type { Bus } from '../bus/index.ts';
import { badRequest, type Clock, type Db, forbidden, type Hub, notFound } from '../platform/index.ts';
import { createProfileCache, type Users } from '../users/index.ts';
import { createCourier } from './courier.ts';
import { type MessageRow, prepare } from './tables.ts';

/** `seq` counts 1, 2, 3 … inside the conversation; `createdAt` is Unix ms; the content of a deleted message is null. */
export interface Message {
  readonly id: number;
  readonly conversationId: number;
  readonly seq: number;
  readonly senderId: number;
  readonly content: string | null;
  readonly createdAt: number;
}

/** Times are Unix ms, null until it happened. */
export interface Receipt {
  readonly messageId: number;
  readonly userId: number;
  readonly deliveredAt: number | null;
  readonly readAt: number | null;
}

/** `messages` are oldest first, the last 50. */
export interface Conversation {
  readonly id: number;
  readonly createdBy: number;
  readonly participants: readonly { readonly id: number; readonly name: string; readonly online: boolean }[];
  readonly messages: readonly Message[];
  readonly receipts: readonly Receipt[];
}

/** The door of the domain. */
export interface Chat {
  readonly open: (userId: number, participantIds: readonly number[]) => Promise<Conversation>;
  readonly get: (userId: number, conversationId: number) => Promise<Conversation>;
  /** Resolves when the message is stored; delivery goes on by itself, in order of `seq`. */
  readonly send: (userId: number, conversationId: number, content: string) => Promise<Message>;
  readonly remove: (userId: number, messageId: number) => Promise<void>;
  readonly acknowledge: (userId: number, messageId: number, what: 'delivered' | 'read') => Promise<void>;
  readonly setPresence: (userId: number, online: boolean) => Promise<void>;
}

/** What the domain needs. */
export interface ChatParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly users: Users;
  readonly hub: Hub;
  readonly clock: Clock;
}

/** The tools of one open chat. */
export interface ChatTools extends ChatParts {
  readonly sql: ReturnType<typeof prepare>;
  readonly profiles: ReturnType<typeof createProfileCache>;
}

/** Opens the domain on its tables. */
export function createChat(parts: ChatParts): Chat {
  const tools = { ...parts, sql: prepare(parts.db), profiles: createProfileCache(parts.users, parts.clock) };
  const courier = createCourier(tools);
  return {
    open: async (userId, participantIds) => openConversation(tools, userId, participantIds),
    get: async (userId, conversationId) => readConversation(tools, userId, conversationId),
    send: async (userId, conversationId, content) => {
      const participants = participantsOf(tools, userId, conversationId);
      const message = storeMessage(tools, userId, conversationId, content);
      const recipients = participants.filter((id) => id !== userId);
      parts.bus.publish(
        'message.sent',
        {
          messageId: message.id,
          conversationId,
          senderId: userId,
          recipientIds: recipients,
          sentAt: message.createdAt,
        },
        { source: 'chat', userId },
      );
      courier.deliver(message, recipients);
      return message;
    },
    remove: async (userId, messageId) => {
      const row = tools.sql.message.get(messageId);
      if (row === undefined) throw notFound('message', messageId);
      if (row.sender_id !== userId) throw forbidden(`message ${messageId} was sent by someone else`);
      tools.sql.removeMessage.run(messageId);
      const gone = { type: 'message-deleted', messageId, conversationId: row.conversation_id };
      courier.tell(row.conversation_id, participantsOf(tools, userId, row.conversation_id), gone);
    },
    acknowledge: async (userId, messageId, what) => {
      const row = tools.sql.message.get(messageId);
      if (row === undefined) throw notFound('message', messageId);
      participantsOf(tools, userId, row.conversation_id);
      const at = parts.clock.nowMs();
      if (what === 'read') tools.sql.read.run(messageId, userId, at, at);
      else tools.sql.delivered.run(messageId, userId, at);
      if (what === 'read') parts.bus.publish('message.read', { messageId, userId }, { source: 'chat', userId });
      courier.tell(row.conversation_id, [row.sender_id], { type: 'receipt', messageId, userId, what, at });
    },
    setPresence: async (userId, online) => {
      tools.sql.setPresence.run(userId, online ? 1 : 0, parts.clock.nowMs());
      const partners = tools.sql.partners.all(userId, userId).map((row) => row.user_id);
      await Promise.all(partners.map((partner) => parts.hub.send(partner, { type: 'presence', userId, online })));
    },
  };
}

async function openConversation(
  tools: ChatTools,
  userId: number,
  participantIds: readonly number[],
): Promise<Conversation> {
  const { sql, db, clock, bus, profiles } = tools;
  const ids = [...new Set([userId, ...participantIds])];
  if (ids.length < 2) throw badRequest('a conversation needs someone else: participantIds must hold another user');
  const known = await profiles.namesOf(ids);
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('user', missing);
  const id = db.transaction(() => {
    const conversationId = Number(sql.addConversation.run(userId, clock.nowMs()).lastInsertRowid);
    for (const participant of ids) sql.addParticipant.run(conversationId, participant);
    return conversationId;
  })();
  bus.publish('conversation.created', { conversationId: id, participantIds: ids }, { source: 'chat', userId });
  return readConversation(tools, userId, id);
}

async function readConversation(tools: ChatTools, userId: number, conversationId: number): Promise<Conversation> {
  const { sql, hub, profiles } = tools;
  const participants = participantsOf(tools, userId, conversationId);
  const names = await profiles.namesOf(participants);
  return {
    id: conversationId,
    createdBy: sql.conversation.get(conversationId)?.created_by ?? userId,
    participants: participants.map((id) => ({ id, name: names.get(id) ?? `user ${id}`, online: hub.isOnline(id) })),
    messages: sql.messages.all(conversationId, 50).map(messageOf).reverse(),
    receipts: sql.receipts.all(conversationId).map((row) => ({
      messageId: row.message_id,
      userId: row.user_id,
      deliveredAt: row.delivered_at,
      readAt: row.read_at,
    })),
  };
}

/** @throws HttpError 404 for an unknown conversation, 403 for a stranger */
function participantsOf({ sql }: ChatTools, userId: number, conversationId: number): readonly number[] {
  const ids = sql.participants.all(conversationId).map((row) => row.user_id);
  if (ids.length === 0) throw notFound('conversation', conversationId);
  if (!ids.includes(userId)) throw forbidden(`user ${userId} does not take part in conversation ${conversationId}`);
  return ids;
}

function storeMessage(
  { sql, db, clock }: ChatTools,
  senderId: number,
  conversationId: number,
  content: string,
): Message {
  const createdAt = clock.nowMs();
  return db.transaction(() => {
    const seq = sql.nextSeq.get(conversationId)?.seq ?? 1;
    const id = Number(sql.addMessage.run(conversationId, seq, senderId, content, createdAt).lastInsertRowid);
    return { id, conversationId, seq, senderId, content, createdAt };
  })();
}

function messageOf(row: MessageRow): Message {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    seq: row.seq,
    senderId: row.sender_id,
    content: row.deleted === 1 ? null : row.content,
    createdAt: row.created_at,
  };
}
