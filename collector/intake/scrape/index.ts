/** The door of the scraping: pages parsed, targets read at their beat. */
export { histogramsOf, type PageHistogram } from './histograms.ts';
export type { FamilyType, PageExemplar, PageFamily, PageFormat, PageLabels, PageSample } from './page.ts';
export { type PageLimits, parsePage } from './parse-page.ts';
export { createScraper, type Scraper, type ScraperOptions } from './scraper.ts';
export { parseScrape, type ScrapeTarget } from './target.ts';
export type { ScrapeStatus, SilentTarget } from './target-watch.ts';
