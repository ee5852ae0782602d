/** Finds a profile and reads its files; each section is validated by the folder that owns its meaning. */
import { AppError } from '../kernel/errors.ts';

/** Parsed YAML, not yet validated; a section whose file is absent is null. */
export interface RawProfile {
  readonly name: string;
  /** Absolute path of the profile's folder. */
  readonly path: string;
  readonly domains: unknown;
  readonly objectives: unknown;
  readonly triggers: unknown;
  readonly rules: unknown;
  readonly gates: unknown;
  /** Burn policies shared by all profiles. */
  readonly policies: unknown;
}

/** A built-in name or a folder. @throws PROFILE_UNKNOWN listing the built-in names */
export function loadProfile(_nameOrPath: string): RawProfile {
  throw new AppError('INTERNAL', 'not built yet');
}
