/** HTTP of the follows domain. */
import type { Request } from 'express';
import { type App, idOf } from '../platform/index.ts';
import type { Follows } from './follows.ts';

/** POST and DELETE /api/users/:id/follow; `userOf` says who asks. */
export function mountFollows(app: App, follows: Follows, userOf: (request: Request) => number): void {
  app.post('/api/users/:id/follow', async (request, response) => {
    response.status(201).json(await follows.follow(userOf(request), idOf(request)));
  });
  app.delete('/api/users/:id/follow', async (request, response) => {
    await follows.unfollow(userOf(request), idOf(request));
    response.status(204).end();
  });
}
