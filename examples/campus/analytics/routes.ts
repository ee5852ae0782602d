/** HTTP of the analytics domain. */
import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import { z } from 'zod';
import { type App, badRequest, bodyOf, type Clock } from '../platform/index.ts';
import type { Analytics } from './analytics.ts';

const eventBody = z.object({ name: z.string().regex(/^[a-z0-9._-]{1,80}$/, 'must be like page.viewed') });

/** POST /api/analytics/events {name} and GET /api/analytics/summary?minutes= (1 to 60, usual 15). */
export function mountAnalytics(
  app: App,
  analytics: Analytics,
  clock: Clock,
  userOf: (request: Request) => number,
): void {
  app.post('/api/analytics/events', async (request, response) => {
    const { name } = bodyOf(request, eventBody);
    const happening = { key: randomUUID(), name, userId: userOf(request), at: clock.nowMs() };
    response.status(201).json(await analytics.ingest(happening));
  });
  app.get('/api/analytics/summary', async (request, response) => {
    const minutes = Number(request.query.minutes ?? 15);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 60) {
      throw badRequest(`minutes ${String(request.query.minutes)} must be a whole number from 1 to 60`);
    }
    response.json({ items: await analytics.summary(minutes) });
  });
}
