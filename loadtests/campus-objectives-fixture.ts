/** The objectives of the profile campus-connect, compiled; for tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type CompiledObjective, compileObjective, parseObjectives, parsePolicies } from '../slo/index.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';

const profiles = join(import.meta.dirname, '..', 'slo', 'profiles');

/** All of them, measurable by the library's buckets. */
export function campusObjectives(): readonly CompiledObjective[] {
  const policies = parsePolicies(read('policies.yaml'), 'policies.yaml');
  const catalogue = read('campus-connect/domains.yaml');
  const domains = Array.isArray(catalogue) ? catalogue.map(({ id }: { id: string }) => id) : [];
  const context = { domains, policies, boundsOf: () => durationBoundsSeconds };
  return parseObjectives(read('campus-connect/objectives.yaml'), 'objectives.yaml').flatMap((definition) =>
    compileObjective(definition, context),
  );
}

function read(path: string): unknown {
  return parse(readFileSync(join(profiles, path), 'utf8'));
}
