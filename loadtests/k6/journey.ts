/** A person's way through the app: feed, search, chat, a comment, the inbox. */
import { comment, readFeed, readInbox, search, sendMessage } from './lib/actions.ts';
import { openBook } from './lib/goals.ts';
import { listen } from './lib/listen.ts';
import { planOf } from './lib/plan.ts';
import { arrived } from './lib/summary.ts';
import { settle, type World } from './lib/world.ts';

export { handleSummary } from './lib/summary.ts';

const book = openBook('journey');
export const options = planOf(book, { requests: 5, listeners: 8 });

export function setup(): World {
  return settle();
}

export function arrive(world: World): void {
  readFeed(book, world);
  search(book, world);
  sendMessage(book, world);
  comment(book, world);
  readInbox(book, world);
  arrived();
}

export function online(world: World): void {
  listen(book, world);
}
