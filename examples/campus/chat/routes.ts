/** HTTP of the chat domain, as documented in S0 §4.1. */
import type { Request } from 'express';
import { z } from 'zod';
import { type App, bodyOf, contentBody, idOf } from '../platform/index.ts';
import type { Chat } from './chat.ts';

const conversationBody = z.object({ participantIds: z.array(z.number().int().positive()).min(1).max(50) });

/** Conversations and messages under /api/chat; `userOf` says who asks. */
export function mountChat(app: App, chat: Chat, userOf: (request: Request) => number): void {
  app.post('/api/chat/conversations', async (request, response) => {
    const { participantIds } = bodyOf(request, conversationBody);
    response.status(201).json(await chat.open(userOf(request), participantIds));
  });
  app.get('/api/chat/conversations/:id', async (request, response) => {
    response.json(await chat.get(userOf(request), idOf(request)));
  });
  app.post('/api/chat/conversations/:id/send', async (request, response) => {
    const { content } = bodyOf(request, contentBody);
    response.status(201).json(await chat.send(userOf(request), idOf(request), content));
  });
  app.delete('/api/chat/messages/:id', async (request, response) => {
    await chat.remove(userOf(request), idOf(request));
    response.status(204).end();
  });
}
