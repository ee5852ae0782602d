/** The analytics domain: event ingestion and summaries. */
export { type Analytics, createAnalytics, type Happening, type MinuteCount } from './analytics.ts';
export { mountAnalytics } from './routes.ts';
