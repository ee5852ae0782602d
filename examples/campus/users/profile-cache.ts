/** Names of users, read from the users domain and kept 5 minutes (S0 §4.1). */
import type { Clock } from '../platform/index.ts';
import type { Users } from './users.ts';

/** S0 §4.1: "cached, 5 min TTL". */
const keepMs = 300_000;

/** Unknown ids are left out of the answer. */
export interface ProfileCache {
  readonly namesOf: (ids: readonly number[]) => Promise<ReadonlyMap<number, string>>;
}

/** An empty cache in front of `users`. */
export function createProfileCache(users: Pick<Users, 'profiles'>, clock: Clock): ProfileCache {
  const kept = new Map<number, { readonly name: string; readonly untilMs: number }>();
  return {
    namesOf: async (ids) => {
      const nowMs = clock.monotonicMs();
      const missing = ids.filter((id) => (kept.get(id)?.untilMs ?? 0) <= nowMs);
      for (const user of missing.length === 0 ? [] : await users.profiles(missing)) {
        kept.set(user.id, { name: user.name, untilMs: nowMs + keepMs });
      }
      return new Map(
        ids.flatMap((id) => {
          const entry = kept.get(id);
          return entry === undefined ? [] : [[id, entry.name] as const];
        }),
      );
    },
  };
}
