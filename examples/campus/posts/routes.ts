/** HTTP of the posts domain. */
import type { Request } from 'express';
import { type App, bodyOf, contentBody, idOf } from '../platform/index.ts';
import type { Posts } from './posts.ts';

/** Posts, their comments and their likes under /api/posts; `userOf` says who asks. */
export function mountPosts(app: App, posts: Posts, userOf: (request: Request) => number): void {
  app.post('/api/posts', async (request, response) => {
    const { content } = bodyOf(request, contentBody);
    response.status(201).json(await posts.create(userOf(request), content));
  });
  app.get('/api/posts/:id', async (request, response) => {
    response.json(await posts.get(idOf(request)));
  });
  app.delete('/api/posts/:id', async (request, response) => {
    await posts.remove(userOf(request), idOf(request));
    response.status(204).end();
  });
  app.post('/api/posts/:id/comments', async (request, response) => {
    const { content } = bodyOf(request, contentBody);
    response.status(201).json(await posts.comment(userOf(request), idOf(request), content));
  });
  app.post('/api/posts/:id/likes', async (request, response) => {
    response.status(201).json(await posts.like(userOf(request), idOf(request)));
  });
}
