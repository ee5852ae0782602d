/** The chat domain: conversations, messages, receipts, presence. */
export { type Chat, type ChatParts, type Conversation, createChat, type Message, type Receipt } from './chat.ts';
export { messageSent } from './events.ts';
export { mountChat } from './routes.ts';
export { type ChatSocketParts, serveChatSocket } from './socket.ts';
