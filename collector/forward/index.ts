/** The door of forwarding: what was taken in goes on to other stores, from a queue on disk. */
export { BodyQueue, type BodyQueueSetup } from './body-queue.ts';
export { type ForwardTarget, parseForward } from './forward-target.ts';
export {
  createForwarder,
  defaultQueueBytes,
  type Forwarder,
  type ForwarderOptions,
  type ForwardLaneStatus,
  type ForwardStatus,
} from './forwarder.ts';
export { loopIn, readVia, viaHeader } from './loop-guard.ts';
export { repairQueue } from './repair-queue.ts';
export { forwardMigrations } from './schema.ts';
