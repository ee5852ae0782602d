/** The door of the store: opens, checks and migrates the one SQLite file. */
export { storeFailure } from './failure.ts';
export { type Migration, migrate } from './migrate.ts';
export { openReadOnly, openStore, type Store } from './open.ts';
