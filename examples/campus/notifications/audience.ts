/** Who is told what about a domain event: the consumed events of S0 §4.2 and S1 §4.1 in their canonical names. */
import type { DomainEvent } from 'seamwatch/instrument';
import { messageSent } from '../chat/index.ts';
import { eventCreated } from '../events/index.ts';
import { type Follows, userFollowed } from '../follows/index.ts';
import { commentCreated, mentionCreated, postCreated, reactionAdded } from '../posts/index.ts';

/** What the domain subscribes to. */
export const consumedTypes = [
  'reaction.added',
  'comment.created',
  'user.followed',
  'message.sent',
  'event.created',
  'mention.created',
  'post.created',
] as const;

/** `what` reads after the actor's name; `subjectId` is the post, message, user or event it is about. */
export interface Announcement {
  readonly actorId: number;
  readonly what: string;
  readonly subjectId: number;
  readonly recipientIds: readonly number[];
}

/**
 * Nobody is told of their own deeds. Null for an event of a type that is not consumed.
 * @throws ZodError when the event does not carry what its type promises
 */
export async function announcementOf(event: DomainEvent, follows: Follows): Promise<Announcement | null> {
  const announcement = await describe(event, follows);
  if (announcement === null) return null;
  const recipientIds = [...new Set(announcement.recipientIds)].filter((id) => id !== announcement.actorId);
  return { ...announcement, recipientIds };
}

async function describe(event: DomainEvent, follows: Follows): Promise<Announcement | null> {
  switch (event.type) {
    case 'post.created': {
      const { postId, authorId } = postCreated.parse(event.data);
      const recipientIds = await follows.bellFollowerIds(authorId);
      return { actorId: authorId, what: 'posted', subjectId: postId, recipientIds };
    }
    case 'event.created': {
      const { eventId, organizerId, title } = eventCreated.parse(event.data);
      const recipientIds = await follows.bellFollowerIds(organizerId);
      return { actorId: organizerId, what: `organizes ${title}`, subjectId: eventId, recipientIds };
    }
    default:
      return describeDirect(event);
  }
}

function describeDirect(event: DomainEvent): Announcement | null {
  switch (event.type) {
    case 'reaction.added': {
      const { postId, postAuthorId, reactorId } = reactionAdded.parse(event.data);
      return { actorId: reactorId, what: 'likes your post', subjectId: postId, recipientIds: [postAuthorId] };
    }
    case 'comment.created': {
      const { postId, postAuthorId, commenterId } = commentCreated.parse(event.data);
      return { actorId: commenterId, what: 'commented on your post', subjectId: postId, recipientIds: [postAuthorId] };
    }
    case 'user.followed': {
      const { followerId, followeeId } = userFollowed.parse(event.data);
      return { actorId: followerId, what: 'follows you', subjectId: followerId, recipientIds: [followeeId] };
    }
    case 'message.sent': {
      const { messageId, senderId, recipientIds } = messageSent.parse(event.data);
      return { actorId: senderId, what: 'sent you a message', subjectId: messageId, recipientIds };
    }
    case 'mention.created': {
      const { postId, authorId, mentionedId } = mentionCreated.parse(event.data);
      return { actorId: authorId, what: 'mentioned you', subjectId: postId, recipientIds: [mentionedId] };
    }
    default:
      return null;
  }
}
