/** The events that posts publish, as their consumers may rely on them. */
import { z } from 'zod';

/** `createdAt` is Unix ms; hashtags are lower-case without `#`. */
export const postCreated = z.object({
  postId: z.number(),
  authorId: z.number(),
  content: z.string(),
  hashtags: z.array(z.string()),
  createdAt: z.number(),
});

export const postDeleted = z.object({ postId: z.number(), authorId: z.number() });

/** Carries the counts after the reaction, so that a second delivery changes nothing. */
export const reactionAdded = z.object({
  postId: z.number(),
  postAuthorId: z.number(),
  reactorId: z.number(),
  likes: z.number(),
  comments: z.number(),
  postCreatedAt: z.number(),
});

/** Carries the counts after the comment, so that a second delivery changes nothing. */
export const commentCreated = z.object({
  commentId: z.number(),
  postId: z.number(),
  postAuthorId: z.number(),
  commenterId: z.number(),
  content: z.string(),
  likes: z.number(),
  comments: z.number(),
  postCreatedAt: z.number(),
});

export const mentionCreated = z.object({ postId: z.number(), authorId: z.number(), mentionedId: z.number() });
