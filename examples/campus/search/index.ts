/** The search domain: in-memory fuzzy matching, fed by events. */
export { editDistance } from './levenshtein.ts';
export { type Hit, matchRecords, type SearchRecord, tokensOf } from './matching.ts';
export { mountSearch } from './routes.ts';
export { createSearch, type Document, type Search, type SearchAnswer, takenRecords } from './search.ts';
