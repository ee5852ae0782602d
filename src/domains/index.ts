/** The domain catalogue: its shape, and the profiles that carry it. */
export type { Domain, DomainPriority } from './domain.ts';
export type { RawProfile } from './profile.ts';
export { loadProfile } from './profile.ts';
export { ownerOfTable, parseDomains } from './schema.ts';
