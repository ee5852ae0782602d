/** The posts domain: posts, comments, likes. */
export { commentCreated, mentionCreated, postCreated, postDeleted, reactionAdded } from './events.ts';
export { type Comment, createPosts, type Post, type Posts, type PostsParts, type SeedPost } from './posts.ts';
export { mountPosts } from './routes.ts';
