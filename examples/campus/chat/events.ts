/** The events that chat publishes, as their consumers may rely on them. */
import { z } from 'zod';

/** `sentAt` is Unix ms; the recipients are the participants without the sender. */
export const messageSent = z.object({
  messageId: z.number(),
  conversationId: z.number(),
  senderId: z.number(),
  recipientIds: z.array(z.number()),
  sentAt: z.number(),
});
