/** Finds the configuration and the data directory that a command works with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFile, type RunFile, readRunFile } from '../app/index.ts';
import { type Config, loadConfig } from '../config.ts';
import { demoFacts } from './demo-facts.ts';
import type { CommonOptions, World } from './world.ts';

export const defaultDataDir = '.seamwatch';
export const demoDataDir = join(defaultDataDir, 'demo');
export const defaultConfigFile = 'seamwatch.yaml';

/** The file of `--config`, else `seamwatch.yaml` where it exists, else null. */
export function configPathOf(options: CommonOptions): string | null {
  return options.config ?? (existsSync(defaultConfigFile) ? defaultConfigFile : null);
}

/** @throws CONFIG_INVALID */
export function configOf(options: CommonOptions, world: World): Config {
  return loadConfig({ path: configPathOf(options), env: world.env });
}

/** The configuration over the facts of the demo, for data that the demo made. @throws CONFIG_INVALID */
export function demoConfigOf(options: CommonOptions, world: World): Config {
  const config = configOf(options, world);
  return { ...config, facts: { ...demoFacts(world.clock.nowMs()), ...config.facts } };
}

/** Where to read: a running instance, a stored database, or nothing at all. */
export type Found =
  | { readonly kind: 'running'; readonly dataDir: string; readonly run: RunFile }
  | { readonly kind: 'stored'; readonly dataDir: string; readonly file: string }
  | { readonly kind: 'nothing'; readonly dataDir: string };

/** With `--data` only there; else the default directory and then the demo's, a running instance before a stored database. */
export function findData(options: CommonOptions): Found {
  const places = options.data === undefined ? [defaultDataDir, demoDataDir] : [options.data];
  for (const dataDir of places) {
    const run = readRunFile(dataDir);
    if (run !== null) return { kind: 'running', dataDir, run };
  }
  for (const dataDir of places) {
    const file = databaseFile(dataDir);
    if (existsSync(file)) return { kind: 'stored', dataDir, file };
  }
  return { kind: 'nothing', dataDir: places[0] ?? defaultDataDir };
}
