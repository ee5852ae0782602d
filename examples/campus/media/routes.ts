/** HTTP of the media domain. */
import express, { type Request } from 'express';
import { type App, badRequest, idOf } from '../platform/index.ts';
import type { Media } from './media.ts';

/** POST /api/media (the bytes, at most 2 MiB), GET /api/media/:id and GET /api/media/:id/content. */
export function mountMedia(app: App, media: Media, userOf: (request: Request) => number): void {
  app.post('/api/media', express.raw({ type: () => true, limit: '2mb' }), async (request, response) => {
    const content: unknown = request.body;
    if (!Buffer.isBuffer(content) || content.length === 0) {
      throw badRequest(
        'the upload is empty; send the bytes of the file as the body, with content-type image/png or its like',
      );
    }
    const type = request.headers['content-type'] ?? 'application/octet-stream';
    response.status(201).json(await media.upload(userOf(request), type, content));
  });
  app.get('/api/media/:id', async (request, response) => {
    response.json(await media.get(idOf(request)));
  });
  app.get('/api/media/:id/content', async (request, response) => {
    const { content } = await media.content(idOf(request));
    // Never as what the uploader says it is: a page of ours must not run in the browser.
    response.type('application/octet-stream').set('content-disposition', 'attachment').send(content);
  });
}
