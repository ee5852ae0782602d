/** What the simulated users have seen so far, and so can act on. */
import { z } from 'zod';
import { between, pick, type Random } from '../platform/index.ts';
import { skills } from '../vocabulary.ts';
import type { Client } from './client.ts';

/** A conversation that was opened over the API. */
export interface OpenedConversation {
  readonly id: number;
  readonly userIds: readonly number[];
}

/** Bounded memories; the oldest are forgotten. */
export interface World {
  readonly client: Client;
  readonly random: Random;
  readonly userCount: number;
  readonly postIds: number[];
  readonly eventIds: number[];
  readonly conversations: OpenedConversation[];
}

const listed = z.object({ items: z.array(z.object({ id: z.number() })) });
const created = z.object({ id: z.number() });

/** Ids of a list's items; none when it is no list. */
export function idsOf(body: unknown): readonly number[] {
  const result = listed.safeParse(body);
  return result.success ? result.data.items.map((item) => item.id) : [];
}

/** The id of what was created, null when nothing was. */
export function idOfCreated(body: unknown): number | null {
  const result = created.safeParse(body);
  return result.success ? result.data.id : null;
}

/** Adds to the end and forgets the oldest above `most`. */
export function remember(list: number[], ids: readonly number[], most = 200): void {
  list.push(...ids.filter((id) => !list.includes(id)));
  if (list.length > most) list.splice(0, list.length - most);
}

/** Anyone but the popular author, whose posts come by their own schedule. */
export function anyUser({ random, userCount }: World): number {
  return between(random, 3, Math.max(3, userCount));
}

/** A word that people look for, mistyped now and then. */
export function searchWord({ random }: World): string {
  const word = pick(random, skills);
  if (random() >= 0.3) return word;
  const at = between(random, 1, word.length - 2);
  return word.slice(0, at) + word.slice(at + 1);
}
