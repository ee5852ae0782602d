/** The recommendations domain: batch scoring of people for people. */
export {
  createRecommendations,
  type Recommendations,
  type RecommendationsParts,
  type Suggestion,
} from './recommendations.ts';
export { mountRecommendations } from './routes.ts';
export { cosine, embed, nearest, type Scored } from './scoring.ts';
