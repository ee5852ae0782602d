/** HTTP of the feed domain. */
import type { Request } from 'express';
import { type App, limitOf } from '../platform/index.ts';
import type { Feed } from './feed.ts';

/** GET /api/feed?limit= (1 to 50, usual 20); `userOf` says who reads. */
export function mountFeed(app: App, feed: Feed, userOf: (request: Request) => number): void {
  app.get('/api/feed', async (request, response) => {
    response.json(await feed.load(userOf(request), limitOf(request, 20, 50)));
  });
}
