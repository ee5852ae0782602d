/** The door of the scraping: pages parsed, targets read at their beat. */
export { histogramsOf, type PageHistogram } from './histograms.ts';
export type { FamilyType, PageExemplar, PageFamily, PageFormat, PageLabels, PageSample } from './page.ts';
export { type PageLimits, parsePage } from './parse-page.ts';
