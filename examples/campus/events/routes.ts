/** HTTP of the events domain. */
import type { Request } from 'express';
import { z } from 'zod';
import { type App, bodyOf, type Clock, idOf, limitOf } from '../platform/index.ts';
import type { Events } from './events.ts';

const weekMs = 604_800_000;
const eventBody = z.object({
  title: z.string().trim().min(1).max(200),
  startsAt: z.number().int().positive().optional(),
});

/** POST and GET /api/events, POST /api/events/:id/registrations; `startsAt` (Unix ms) is a week ahead when absent. */
export function mountEvents(app: App, events: Events, clock: Clock, userOf: (request: Request) => number): void {
  app.post('/api/events', async (request, response) => {
    const { title, startsAt } = bodyOf(request, eventBody);
    response.status(201).json(await events.create(userOf(request), title, startsAt ?? clock.nowMs() + weekMs));
  });
  app.get('/api/events', async (request, response) => {
    response.json({ items: await events.list(limitOf(request, 20, 100)) });
  });
  app.post('/api/events/:id/registrations', async (request, response) => {
    response.status(201).json(await events.register(userOf(request), idOf(request)));
  });
}
