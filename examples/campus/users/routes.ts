/** HTTP of the users domain. */
import { type App, idOf, limitOf } from '../platform/index.ts';
import type { Users } from './users.ts';

/** GET /api/users?limit= and GET /api/users/:id. */
export function mountUsers(app: App, users: Users): void {
  app.get('/api/users', async (request, response) => {
    response.json({ items: await users.list(limitOf(request, 50, 500)) });
  });
  app.get('/api/users/:id', async (request, response) => {
    response.json(await users.profile(idOf(request)));
  });
}
