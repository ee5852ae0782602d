/** From configuration to a runnable profile: the documents as data, overlaid by the configuration, parsed and compiled. */
import { type CompiledObjective, compileObjective, parseObjectives, parsePolicies } from '../../slo/index.ts';
import type { Config } from '../config.ts';
import { loadProfile, parseDomains } from '../domains/index.ts';
import type { EngineProfile } from '../engine/index.ts';
import { durationBoundsSeconds } from '../kernel/conventions.ts';
import type { Series } from '../kernel/series.ts';
import { parseGates, parseRules, parseTriggers } from '../readiness/index.ts';

/** A row of YAML that is told from others by its id. */
interface Row {
  readonly id?: unknown;
}

/**
 * `series` are the stored ones, for the bucket bounds that were seen; a signal without any is taken to come from our own library,
 * whose bounds contain every documented threshold.
 * @throws PROFILE_UNKNOWN, CONFIG_INVALID
 */
export function buildProfile(config: Config, series: readonly Series[]): EngineProfile {
  const raw = loadProfile(config.profile);
  const where = (section: string): string => `${raw.name}/${section}.yaml`;
  const catalogue = parseDomains(raw.domains, where('domains'));
  const objectiveRows = overlay(raw.objectives, config.objectives);
  const policies = parsePolicies(overlay(raw.policies, config.policies), 'policies.yaml');
  const boundsOf = boundsBySignal(series);
  const context = { domains: catalogue.map((domain) => domain.id), boundsOf, policies };
  const objectives = parseObjectives(objectiveRows, where('objectives')).flatMap(
    (definition): readonly CompiledObjective[] => compileObjective(definition, context),
  );
  return {
    names: [raw.name],
    catalogue,
    objectives,
    definitions: new Map(objectiveRows.map((row) => [String(row.id), row])),
    triggers: parseTriggers(overlay(raw.triggers, config.triggers), where('triggers')),
    rules: parseRules(raw.rules, where('rules')),
    gates: parseGates(raw.gates, where('gates')),
  };
}

/** The profile's rows with those of the configuration in their place, or added at the end. */
function overlay(section: unknown, own: readonly unknown[]): readonly Row[] {
  const rows = Array.isArray(section) ? section.filter(isRow) : [];
  const added = own.filter(isRow);
  const byId = new Map(added.map((row) => [row.id, row]));
  const known = new Set(rows.map((row) => row.id));
  return [...rows.map((row) => byId.get(row.id) ?? row), ...added.filter((row) => !known.has(row.id))];
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

/** The library's bounds and every other bound that was seen of the signal; whether each series has it is found out as it arrives. */
function boundsBySignal(series: readonly Series[]): (signal: string) => readonly number[] | null {
  const seen = new Map<string, Set<number>>();
  for (const { signal, bounds } of series) {
    if (bounds === null) continue;
    const known = seen.get(signal) ?? new Set(signal.endsWith('.duration') ? durationBoundsSeconds : []);
    for (const bound of bounds) known.add(bound);
    seen.set(signal, known);
  }
  return (signal) => {
    const known = seen.get(signal);
    if (known !== undefined) return [...known].sort((left, right) => left - right);
    return signal.endsWith('.duration') ? durationBoundsSeconds : null;
  };
}
