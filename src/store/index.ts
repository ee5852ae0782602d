/** The door of the store: opens, checks and migrates the one SQLite file. */
export { type Migration, migrate } from './migrate.ts';
