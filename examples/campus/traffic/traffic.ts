/** Simulated people on the monolith: arrivals that wait for nobody, chatters on sockets, a popular post every 15 s. */
import { between, pause, pick, type Random } from '../platform/index.ts';
import { popularAuthorId } from '../seed.ts';
import { openings, skills } from '../vocabulary.ts';
import { actionFor } from './actions.ts';
import { chatter } from './chatters.ts';
import { createClient, type TrafficCounts } from './client.ts';
import { arrivalGapMs, dayFactor } from './shape.ts';
import { anyUser, idOfCreated, idsOf, type OpenedConversation, remember, type World } from './world.ts';

/** Every default is in the field's comment. */
export interface TrafficOptions {
  readonly url: string;
  /** Mean arrivals per second, default 12. */
  readonly ratePerSecond?: number;
  readonly random: Random;
  /** Ends the arrivals; what is on its way is waited for. */
  readonly signal: AbortSignal;
  /** Between two posts of the popular author, default 15_000; each time up to 7 % earlier or later. */
  readonly popularEveryMs?: number;
  /** Users with an open WebSocket, default 8. */
  readonly chatters?: number;
}

/** `done` resolves after the signal when the last answer is in: `counts` is final then. */
export interface Traffic {
  readonly counts: () => TrafficCounts;
  readonly done: Promise<void>;
}

/** Conversations that the simulated users open at first. */
const conversationCount = 12;

/** Starts at once. */
export function startTraffic(options: TrafficOptions): Traffic {
  const client = createClient(options.url);
  const world: World = { client, random: options.random, userCount: 3, postIds: [], eventIds: [], conversations: [] };
  const run = async (): Promise<void> => {
    const settled = await settle(world, options.chatters ?? 8);
    const talkers = settled.chatterIds.map((userId) =>
      chatter({
        url: options.url,
        userId,
        conversations: settled.world.conversations,
        random: options.random,
        signal: options.signal,
        onSent: client.countSocketMessage,
      }),
    );
    await Promise.all([arrive(settled.world, options), bePopular(settled.world, options), ...talkers]);
    await client.idle();
    client.close();
  };
  return { counts: client.counts, done: run() };
}

/** Finds out who is there and opens the conversations; half of each conversation's people are chatters. */
async function settle(world: World, chatters: number): Promise<{ world: World; chatterIds: readonly number[] }> {
  const people = await world.client.call({ method: 'GET', path: '/api/users?limit=500', userId: 1 });
  const settled = { ...world, userCount: Math.max(4, idsOf(people.body).length) };
  const chatterIds = Array.from({ length: chatters }, (_, index) => 3 + index).filter((id) => id <= settled.userCount);
  for (let nth = 0; nth < conversationCount; nth += 1) {
    const first = chatterIds.length === 0 ? anyUser(settled) : pick(settled.random, chatterIds);
    const opened = await openConversation(settled, first, anyUser(settled));
    if (opened !== null) settled.conversations.push(opened);
  }
  return { world: settled, chatterIds };
}

async function openConversation({ client }: World, first: number, second: number): Promise<OpenedConversation | null> {
  const partner = first === second ? 1 : second;
  const body = { participantIds: [partner] };
  const answer = await client.call({ method: 'POST', path: '/api/chat/conversations', userId: first, body });
  const id = idOfCreated(answer.body);
  return id === null ? null : { id, userIds: [first, partner] };
}

/** Poisson arrivals on a schedule: a late timer is caught up with, so the rate is kept on a busy machine. */
async function arrive(world: World, { signal, ratePerSecond = 12 }: TrafficOptions): Promise<void> {
  const startMs = performance.now();
  let dueMs = startMs;
  while (!signal.aborted) {
    dueMs += arrivalGapMs(ratePerSecond * dayFactor(dueMs - startMs), world.random);
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await pause(waitMs, signal);
    if (!signal.aborted) void actionFor(world.random()).act(world);
  }
}

async function bePopular(world: World, { signal, popularEveryMs = 15_000 }: TrafficOptions): Promise<void> {
  while (!signal.aborted) {
    await pause(popularEveryMs * (0.93 + 0.14 * world.random()), signal);
    if (signal.aborted) return;
    const content = `${pick(world.random, openings)} ${pick(world.random, skills)} #${pick(world.random, skills)} nr ${between(world.random, 1, 999)}`;
    const body = { content };
    const answer = await world.client.call({ method: 'POST', path: '/api/posts', userId: popularAuthorId, body });
    const id = idOfCreated(answer.body);
    if (id !== null) remember(world.postIds, [id]);
  }
}
