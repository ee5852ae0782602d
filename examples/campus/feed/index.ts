/** The feed domain: who sees which post in which order. */
export {
  createFeed,
  type FannedPost,
  type Feed,
  type FeedItem,
  type FeedPage,
  type FeedParts,
  pullThreshold,
} from './feed.ts';
export { engagementOf, type Factors, recencyOf, relationshipOf, relevanceOf, scoreOf, weights } from './ranking.ts';
export { mountFeed } from './routes.ts';
