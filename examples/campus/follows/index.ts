/** The follows domain: one shared transaction away from users, so it stays with them. */
export { userFollowed } from './events.ts';
export { createFollows, type Follow, type Follower, type Follows, type FollowsParts } from './follows.ts';
export { mountFollows } from './routes.ts';
