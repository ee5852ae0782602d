/** What is loaded only by who uses it: a report from a stored database needs neither a server nor probes. */
import type { ProbeDefinition } from '../../probes/index.ts';
import type { Config } from '../config.ts';
import type { AppOptions } from './options.ts';
import type { RunningApp } from './start.ts';

/** @throws CONFIG_INVALID, PROFILE_UNKNOWN, DATA_DIR_UNUSABLE, DATABASE_CORRUPT, DATABASE_BUSY, PORT_IN_USE */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { startApp: start } = await import('./start.ts');
  return start(options);
}

/** The profile's probes and the configuration's own; `where` names the section in errors. @throws CONFIG_INVALID */
export async function probesOf(
  config: Config,
  target: string | null,
  where = 'probes',
): Promise<readonly ProbeDefinition[]> {
  const probing = await import('./probing.ts');
  return probing.probesOf(config, target, where);
}
