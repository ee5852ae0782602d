/** The people a run works with, and what they need: listeners with a post each, and conversations that lead to them. */
import http from 'k6/http';
import { headersOf } from './requests.ts';
import { settings } from './settings.ts';

/** Plain data: k6 hands it to every virtual user as JSON. */
export interface World {
  /** Those who act; never listeners. */
  readonly people: readonly number[];
  /** Those who have the app open. */
  readonly listeners: readonly number[];
  /** Each between one who acts and one who listens. */
  readonly conversations: readonly { readonly id: number; readonly sender: number }[];
  /** Posts of listeners. */
  readonly posts: readonly number[];
}

interface Person {
  readonly id: number;
  readonly followerCount: number;
}

const listenerCount = 8;
const conversationCount = 40;

/** A post or comment of someone with more followers than this is a load of its own; such people only stand by. */
const popularFollowers = 100;

/** Prepares the world, or takes over the one that an earlier run of the same rehearsal prepared. */
export function settle(): World {
  if (settings.world !== null) return JSON.parse(settings.world);
  const listed = ask<{ items: Person[] }>('GET', '/api/users?limit=500', 1);
  const ids = listed.items.filter(({ followerCount }) => followerCount <= popularFollowers).map(({ id }) => id);
  const listeners = ids.slice(0, listenerCount);
  const people = ids.slice(listenerCount);
  if (people.length === 0)
    throw new Error(`${settings.target} has ${ids.length} users; ${listenerCount + 1} are needed`);
  const conversations = Array.from({ length: conversationCount }, (_, nth) => {
    const sender = people[(nth * 7) % people.length] ?? 1;
    const participantIds = [listeners[nth % listeners.length]];
    return { id: ask<{ id: number }>('POST', '/api/chat/conversations', sender, { participantIds }).id, sender };
  });
  const posts = listeners.map((userId) => ask<{ id: number }>('POST', '/api/posts', userId, { content: 'ready' }).id);
  return { people, listeners, conversations, posts };
}

/** One of them, each equally likely. */
export function pick<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from: the list is empty');
  return item;
}

function ask<T>(method: 'GET' | 'POST', path: string, userId: number, body?: object): T {
  const answer = http.request(method, `${settings.target}${path}`, body === undefined ? null : JSON.stringify(body), {
    headers: headersOf(userId, Date.now()),
    timeout: '10s',
    tags: { name: 'setup' },
  });
  if (answer.status >= 200 && answer.status < 300 && typeof answer.body === 'string') return JSON.parse(answer.body);
  throw new Error(
    `${method} ${settings.target}${path} answered ${answer.status || answer.error}; is it the application?`,
  );
}
