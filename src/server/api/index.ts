/** The door of the JSON API. */
export { openApiDocument } from './openapi.ts';
export { createApiRouter } from './router.ts';
