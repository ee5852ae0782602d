/** How a post is ranked for a reader: recency 35, relevance 20, engagement 25, relationship 20 (S1 §2). Pure. */

/** Points out of 100 that each factor (0..1) can give. */
export const weights = { recency: 35, relevance: 20, engagement: 25, relationship: 20 } as const;

/** Ms after which a post is half as recent. */
export const recencyHalfLifeMs = 6 * 3_600_000;

/** Likes + 2 × comments at which engagement is full. */
const fullEngagement = 200;

/** Each 0..1. */
export interface Factors {
  readonly recency: number;
  readonly relevance: number;
  readonly engagement: number;
  readonly relationship: number;
}

/** 0..100. */
export function scoreOf(factors: Factors): number {
  return (
    weights.recency * factors.recency +
    weights.relevance * factors.relevance +
    weights.engagement * factors.engagement +
    weights.relationship * factors.relationship
  );
}

/** 1 when new, 0.5 after a half-life; a post from the future counts as new. */
export function recencyOf(ageMs: number): number {
  return 2 ** (-Math.max(0, ageMs) / recencyHalfLifeMs);
}

/** Share of the post's hashtags that are among the reader's skills or trending; 0 without hashtags. */
export function relevanceOf(hashtags: readonly string[], interests: ReadonlySet<string>): number {
  if (hashtags.length === 0) return 0;
  return hashtags.filter((tag) => interests.has(tag)).length / hashtags.length;
}

/** Grows with the logarithm of likes + 2 × comments, 1 from 200 on. */
export function engagementOf(likes: number, comments: number): number {
  return Math.min(1, Math.log1p(likes + 2 * comments) / Math.log1p(fullEngagement));
}

/** 1 when both follow each other, 0.5 when only the reader follows, 0 for a stranger. */
export function relationshipOf(relation: 'mutual' | 'follows' | 'stranger'): number {
  return relation === 'mutual' ? 1 : relation === 'follows' ? 0.5 : 0;
}
