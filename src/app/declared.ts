/** What people have declared, read again when the configuration file changes: `seamwatch facts` edits it while we run. */
import { statSync } from 'node:fs';
import type { Config } from '../config.ts';
import type { Declared } from '../engine/index.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { parseDecisions, parseExceptions, parseFacts } from '../readiness/index.ts';

/** @throws CONFIG_INVALID */
export function parseDeclared(config: Config, where: string): Declared {
  return {
    facts: parseFacts(config.facts, `${where}: facts`),
    exceptions: parseExceptions(config.exceptions, `${where}: exceptions`),
    decisions: parseDecisions(config.decisions, `${where}: decisions`),
  };
}

/**
 * Gives the current declarations; the file need not exist yet. One that has become invalid keeps the last good ones and is reported once per change.
 * @throws CONFIG_INVALID on the first read only
 */
export function watchDeclared(path: string, load: () => Config, log: Log): () => Declared {
  let current = parseDeclared(load(), path);
  let seen = changeTime(path);
  return () => {
    const changed = changeTime(path);
    if (changed === seen) return current;
    seen = changed;
    try {
      current = parseDeclared(load(), path);
    } catch (error) {
      log.warn(
        { path, reason: messageOf(error) },
        'configuration changed but is not valid; the last valid one stays in force',
      );
    }
    return current;
  };
}

function changeTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
