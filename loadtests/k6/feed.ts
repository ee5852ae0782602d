/** Load on the feed: every arrival opens it. */
import { readFeed } from './lib/actions.ts';
import { openBook } from './lib/goals.ts';

import { planOf } from './lib/plan.ts';
import { arrived } from './lib/summary.ts';
import { settle, type World } from './lib/world.ts';

export { handleSummary } from './lib/summary.ts';

const book = openBook('feed');
export const options = planOf(book, { requests: 1, listeners: 0 });

export function setup(): World {
  return settle();
}

export function arrive(world: World): void {
  readFeed(book, world);
  arrived();
}
