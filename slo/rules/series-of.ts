/** How rules name an objective's recorded series. */
import { formatDurationMs } from '../../src/kernel/duration.ts';
import { everyDomain, ruleLabel } from '../../src/kernel/rule-names.ts';
import type { CompiledObjective } from '../compiled.ts';
import { matchers } from './promql.ts';

/** The labels that every rule of an objective carries. */
export function ruleLabels(compiled: CompiledObjective): Readonly<Record<string, string>> {
  return { [ruleLabel.objective]: compiled.id, [ruleLabel.domain]: compiled.domain ?? everyDomain };
}

/** A recorded series of one window. */
export function seriesOf(name: string, compiled: CompiledObjective, lengthMs: number): string {
  return `${name}${matchers({ [ruleLabel.objective]: compiled.id, [ruleLabel.window]: formatDurationMs(lengthMs) })}`;
}
