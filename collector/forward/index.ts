/** The door of forwarding: what was taken in goes on to other stores, from a queue on disk. */
export { BodyQueue, type BodyQueueSetup } from './body-queue.ts';
export { hasPassed } from './loop-guard.ts';
export { forwardMigrations } from './schema.ts';
