/** What a simulated user does: feed 45 %, search 15 %, chat 15 %, posts, comments and likes 15 %, the rest 10 %. */
import { between, pick } from '../platform/index.ts';
import { eventTitles, openings, replies, skills } from '../vocabulary.ts';
import { anyUser, idOfCreated, idsOf, remember, searchWord, type World } from './world.ts';

/** One request, and what is learned from its answer. */
export type Action = (world: World) => Promise<void>;

/** Share of the arrivals (the sum is 100) and what they do. */
export interface WeightedAction {
  readonly share: number;
  readonly name: string;
  readonly act: Action;
}

const readFeed: Action = async (world) => {
  const answer = await world.client.call({ method: 'GET', path: '/api/feed', userId: anyUser(world) });
  remember(world.postIds, idsOf(answer.body));
};

const search: Action = async (world) => {
  const query = new URLSearchParams({ q: searchWord(world) });
  await world.client.call({ method: 'GET', path: `/api/search?${query}`, userId: anyUser(world) });
};

const sendMessage: Action = async (world) => {
  if (world.conversations.length === 0) return readFeed(world);
  const conversation = pick(world.random, world.conversations);
  const userId = pick(world.random, conversation.userIds);
  const path = `/api/chat/conversations/${conversation.id}/send`;
  await world.client.call({ method: 'POST', path, userId, body: { content: pick(world.random, replies) } });
};

const readConversation: Action = async (world) => {
  if (world.conversations.length === 0) return readFeed(world);
  const conversation = pick(world.random, world.conversations);
  const userId = pick(world.random, conversation.userIds);
  await world.client.call({ method: 'GET', path: `/api/chat/conversations/${conversation.id}`, userId });
};

const writePost: Action = async (world) => {
  const answer = await world.client.call({
    method: 'POST',
    path: '/api/posts',
    userId: anyUser(world),
    body: { content: textOf(world) },
  });
  const id = idOfCreated(answer.body);
  if (id !== null) remember(world.postIds, [id]);
};

const comment: Action = async (world) => {
  if (world.postIds.length === 0) return readFeed(world);
  const path = `/api/posts/${pick(world.random, world.postIds)}/comments`;
  const body = { content: pick(world.random, replies) };
  await world.client.call({ method: 'POST', path, userId: anyUser(world), body });
};

const like: Action = async (world) => {
  if (world.postIds.length === 0) return readFeed(world);
  const path = `/api/posts/${pick(world.random, world.postIds)}/likes`;
  await world.client.call({ method: 'POST', path, userId: anyUser(world) });
};

const follow: Action = async (world) => {
  const userId = anyUser(world);
  const followee = anyUser(world);
  // Nobody follows themself: the one below does instead.
  const path = `/api/users/${followee === userId ? 1 : followee}/follow`;
  await world.client.call({ method: 'POST', path, userId });
};

const organize: Action = async (world) => {
  const title = `${pick(world.random, eventTitles)} ${pick(world.random, skills)}`;
  const answer = await world.client.call({
    method: 'POST',
    path: '/api/events',
    userId: anyUser(world),
    body: { title },
  });
  const id = idOfCreated(answer.body);
  if (id !== null) remember(world.eventIds, [id], 20);
};

const register: Action = async (world) => {
  if (world.eventIds.length === 0) return organize(world);
  const path = `/api/events/${pick(world.random, world.eventIds)}/registrations`;
  await world.client.call({ method: 'POST', path, userId: anyUser(world) });
};

const upload: Action = async (world) => {
  const side = between(world.random, 48, 96);
  const body = Buffer.alloc(side * side, between(world.random, 0, 255));
  await world.client.call({ method: 'POST', path: '/api/media', userId: anyUser(world), body });
};

const track: Action = async (world) => {
  const body = { name: pick(world.random, ['page.viewed', 'profile.opened', 'link.shared']) };
  await world.client.call({ method: 'POST', path: '/api/analytics/events', userId: anyUser(world), body });
};

/** Every action with its share. */
export const actions: readonly WeightedAction[] = [
  { share: 45, name: 'read the feed', act: readFeed },
  { share: 15, name: 'search', act: search },
  { share: 10, name: 'send a message', act: sendMessage },
  { share: 5, name: 'read a conversation', act: readConversation },
  { share: 2.5, name: 'post', act: writePost },
  { share: 4.5, name: 'comment', act: comment },
  { share: 8, name: 'like', act: like },
  { share: 4, name: 'read notifications', act: reading('/api/notifications') },
  { share: 1.5, name: 'read suggestions', act: reading('/api/recommendations') },
  { share: 1, name: 'read events', act: reading('/api/events') },
  { share: 0.5, name: 'read the summary', act: reading('/api/analytics/summary') },
  { share: 1, name: 'look at a profile', act: lookAtProfile },
  { share: 0.3, name: 'follow', act: follow },
  { share: 0.2, name: 'organize an event', act: organize },
  { share: 0.5, name: 'register', act: register },
  { share: 0.3, name: 'upload a picture', act: upload },
  { share: 0.7, name: 'track', act: track },
];

/** The action for a number in [0, 1). */
export function actionFor(roll: number): WeightedAction {
  let left = roll * actions.reduce((sum, { share }) => sum + share, 0);
  for (const action of actions) {
    if (left < action.share) return action;
    left -= action.share;
  }
  return { share: 0, name: 'read the feed', act: readFeed };
}

function reading(path: string): Action {
  return async (world) => {
    await world.client.call({ method: 'GET', path, userId: anyUser(world) });
  };
}

async function lookAtProfile(world: World): Promise<void> {
  await world.client.call({ method: 'GET', path: `/api/users/${anyUser(world)}`, userId: anyUser(world) });
}

function textOf({ random }: World): string {
  return `${pick(random, openings)} ${pick(random, skills)} #${pick(random, skills)}`;
}
