/** The users domain: core identity, referenced by every other domain (S0 §2). */
export { createProfileCache, type ProfileCache } from './profile-cache.ts';
export { mountUsers } from './routes.ts';
export { createUsers, type NewUser, type User, type Users } from './users.ts';
