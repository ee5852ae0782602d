/** HTTP of the recommendations domain. */
import type { Request } from 'express';
import { type App, limitOf } from '../platform/index.ts';
import type { Recommendations } from './recommendations.ts';

/** GET /api/recommendations?limit= (1 to 20, usual 10); `userOf` says for whom. */
export function mountRecommendations(
  app: App,
  recommendations: Recommendations,
  userOf: (request: Request) => number,
): void {
  app.get('/api/recommendations', async (request, response) => {
    response.json({ items: await recommendations.suggest(userOf(request), limitOf(request, 10, 20)) });
  });
}
