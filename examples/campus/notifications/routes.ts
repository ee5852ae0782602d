/** HTTP of the notifications domain. */
import type { Request } from 'express';
import { z } from 'zod';
import { type App, bodyOf, limitOf } from '../platform/index.ts';
import type { Notifications } from './notifications.ts';

const subscriptionBody = z.object({ provider: z.enum(['web-push', 'apns', 'fcm']) });

/** GET /api/notifications?limit= (1 to 100, usual 30), POST /api/notifications/read, POST /api/notifications/push-subscriptions. */
export function mountNotifications(app: App, notifications: Notifications, userOf: (request: Request) => number): void {
  app.get('/api/notifications', async (request, response) => {
    response.json(await notifications.inbox(userOf(request), limitOf(request, 30, 100)));
  });
  app.post('/api/notifications/read', async (request, response) => {
    await notifications.markRead(userOf(request));
    response.status(204).end();
  });
  app.post('/api/notifications/push-subscriptions', async (request, response) => {
    const { provider } = bodyOf(request, subscriptionBody);
    const userId = userOf(request);
    await notifications.subscribePush(userId, provider);
    response.status(201).json({ id: userId, provider });
  });
}
