/** HTTP of the search domain. */
import { z } from 'zod';
import { type App, badRequest, limitOf } from '../platform/index.ts';
import type { Search } from './search.ts';

const kindName = z.enum(['user', 'post', 'event']).optional();

/** GET /api/search?q=&kind=user|post|event&limit= (1 to 50, usual 20). */
export function mountSearch(app: App, search: Search): void {
  app.get('/api/search', async (request, response) => {
    const text = request.query.q;
    if (typeof text !== 'string' || text.trim() === '' || text.length > 200) {
      throw badRequest('q must be 1 to 200 characters, such as /api/search?q=robotics');
    }
    const kind = kindName.safeParse(request.query.kind);
    if (!kind.success) throw badRequest(`kind "${String(request.query.kind)}" must be user, post or event`);
    const wanted = kind.data === undefined ? {} : { kind: kind.data };
    response.json(await search.query(text, { ...wanted, limit: limitOf(request, 20, 50) }));
  });
}
