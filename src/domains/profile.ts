/** Finds a profile and reads its files; each section is validated by the folder that owns its meaning. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
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
  readonly probes: unknown;
  /** Burn policies: the profile's own `policies.yaml`, else those that all profiles share. */
  readonly policies: unknown;
}

/**
 * A built-in name (`campus-connect`) or the path of a folder with `domains.yaml`; relative paths start at the working directory.
 * @throws PROFILE_UNKNOWN listing the built-in names
 * @throws CONFIG_INVALID naming file and line of a YAML mistake
 */
export function loadProfile(nameOrPath: string): RawProfile {
  const builtIn = join(packageRoot(), 'slo', 'profiles');
  const names = builtInNames(builtIn);
  const path = names.includes(nameOrPath) ? join(builtIn, nameOrPath) : resolve(nameOrPath);
  if (!isProfile(path)) {
    throw new AppError(
      'PROFILE_UNKNOWN',
      `profile "${nameOrPath}" is neither built in nor a folder with domains.yaml; write one of ${names.join(', ')}, or a path`,
    );
  }
  return {
    name: basename(path),
    path,
    domains: section(join(path, 'domains.yaml')),
    objectives: section(join(path, 'objectives.yaml')),
    triggers: section(join(path, 'triggers.yaml')),
    rules: section(join(path, 'rules.yaml')),
    gates: section(join(path, 'gates.yaml')),
    probes: section(join(path, 'probes.yaml')),
    policies: section(join(path, 'policies.yaml')) ?? section(join(builtIn, 'policies.yaml')),
  };
}

function isProfile(path: string): boolean {
  return existsSync(join(path, 'domains.yaml'));
}

function builtInNames(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isDirectory() && isProfile(join(folder, name)))
    .sort();
}

/** The folder with package.json above this file: the same from source and from dist/, which carries no YAML. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new AppError('INTERNAL', 'no package.json above the program; install the package again');
    folder = parent;
  }
  return folder;
}

function section(file: string): unknown {
  if (!existsSync(file)) return null;
  const document = parseDocument(readFileSync(file, 'utf8'), { prettyErrors: true });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new AppError('CONFIG_INVALID', `${file}: ${mistake.message.trim()}`, { cause: mistake });
  }
  return document.toJS({ maxAliasCount: 100 });
}
