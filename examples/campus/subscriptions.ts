/** Who consumes which event (S1 §4.1, S0 §4.2). Each handler may be called again for the same event. */
import type { DomainEvent } from 'seamwatch/instrument';
import type { Bus } from './bus/index.ts';
import type { Domains } from './domains.ts';
import { eventCreated } from './events/index.ts';
import { userFollowed } from './follows/index.ts';
import { mediaUploaded } from './media/index.ts';
import { consumedTypes, type DeliveryWorker } from './notifications/index.ts';
import { commentCreated, postCreated, postDeleted, reactionAdded } from './posts/index.ts';

/** Connects the bus with the doors. */
export function subscribeDomains(bus: Bus, domains: Domains, worker: DeliveryWorker): void {
  subscribeFeed(bus, domains);
  subscribeSearch(bus, domains);
  bus.subscribe(consumedTypes, 'notifications', async (event) => {
    const taken = await domains.notifications.take(event);
    if (taken > 0) worker.add(event.id);
  });
  bus.subscribe(['user.followed'], 'recommendations', (event) => {
    const { followerId, followeeId } = userFollowed.parse(event.data);
    return domains.recommendations.forget(followerId, followeeId);
  });
  bus.subscribe(['media.uploaded'], 'media', (event) => domains.media.process(mediaUploaded.parse(event.data).mediaId));
  bus.subscribe(null, 'analytics', async (event) => {
    await domains.analytics.ingest({
      key: event.id,
      name: event.type,
      userId: Number(event.userId),
      at: event.timestamp,
    });
  });
}

function subscribeFeed(bus: Bus, { feed }: Domains): void {
  bus.subscribe(['post.created'], 'feed', async (event) => {
    await feed.fanOut(postCreated.parse(event.data));
  });
  bus.subscribe(['post.deleted'], 'feed', (event) => feed.removePost(postDeleted.parse(event.data).postId));
  bus.subscribe(['user.followed'], 'feed', (event) => {
    const { followerId, followeeId } = userFollowed.parse(event.data);
    return feed.backfill(followerId, followeeId);
  });
  bus.subscribe(['reaction.added'], 'feed', (event) => {
    const { postId, likes, comments, postCreatedAt } = reactionAdded.parse(event.data);
    return feed.rescore(postId, likes, comments, postCreatedAt);
  });
}

function subscribeSearch(bus: Bus, { search }: Domains): void {
  bus.subscribe(['post.created'], 'search', (event) => {
    const { postId, content, hashtags } = postCreated.parse(event.data);
    const title = content.slice(0, 80);
    return search.index({ kind: 'post', id: postId, title, text: content, hashtags, changedMs: event.timestamp });
  });
  bus.subscribe(['post.deleted'], 'search', (event) => search.remove('post', postDeleted.parse(event.data).postId));
  bus.subscribe(['comment.created'], 'search', (event) => {
    const { postId, content } = commentCreated.parse(event.data);
    return search.addText('post', postId, content, event.timestamp);
  });
  bus.subscribe(['event.created'], 'search', (event) => indexEvent(event, { search }));
}

function indexEvent(event: DomainEvent, { search }: Pick<Domains, 'search'>): Promise<void> {
  const { eventId, title } = eventCreated.parse(event.data);
  return search.index({ kind: 'event', id: eventId, title, text: title, hashtags: [], changedMs: event.timestamp });
}
