/** Load on notifications: every arrival tells someone something, and someone else opens the inbox. */
import { comment, readInbox } from './lib/actions.ts';
import { openBook } from './lib/goals.ts';
import { listen } from './lib/listen.ts';
import { planOf } from './lib/plan.ts';
import { arrived } from './lib/summary.ts';
import { settle, type World } from './lib/world.ts';

export { handleSummary } from './lib/summary.ts';

const book = openBook('notifications');
export const options = planOf(book, { requests: 2, listeners: 8 });

export function setup(): World {
  return settle();
}

export function arrive(world: World): void {
  comment(book, world);
  readInbox(book, world);
  arrived();
}

export function online(world: World): void {
  listen(book, world);
}
