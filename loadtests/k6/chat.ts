/** Load on the chat: every arrival sends a message to someone who has the app open. */
import { sendMessage } from './lib/actions.ts';
import { openBook } from './lib/goals.ts';
import { listen } from './lib/listen.ts';
import { planOf } from './lib/plan.ts';
import { arrived } from './lib/summary.ts';
import { settle, type World } from './lib/world.ts';

export { handleSummary } from './lib/summary.ts';

const book = openBook('chat');
export const options = planOf(book, { requests: 1, listeners: 8 });

export function setup(): World {
  return settle();
}

export function arrive(world: World): void {
  sendMessage(book, world);
  arrived();
}

export function online(world: World): void {
  listen(book, world);
}
