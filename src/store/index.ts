/** The door of the store: opens, checks, migrates and, when it must, recovers the one SQLite file. */
export { storeFailure } from './failure.ts';
export { type Migration, migrate } from './migrate.ts';
export { openReadOnly, openStore, type Store } from './open.ts';
export type { Recovery, Repair } from './recover.ts';
export type { SalvagedTable } from './salvage.ts';
export { markSuspect } from './suspect.ts';
