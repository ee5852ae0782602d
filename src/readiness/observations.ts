/** Counters that stand beside a trigger as evidence, such as searches that were cut off. */
import { matchesSelector, type SeriesSource } from '../kernel/series.ts';
import type { SeriesSlice } from './day-statistic.ts';
import type { TriggerDefinition } from './trigger-definition.ts';

/** A measured statement about a domain; it never changes a verdict. */
export interface Observation {
  readonly domain: string;
  readonly side: 'for' | 'against';
  readonly ruleId: string;
  readonly text: string;
  readonly source: string;
  readonly value: number | null;
}

const sources: readonly SeriesSource[] = ['metrics', 'scrape', 'spans'];

/** One observation for each evidence counter of the trigger that counted anything in `slices`; zero and absent give none. */
export function observeTrigger(definition: TriggerDefinition, slices: readonly SeriesSlice[]): readonly Observation[] {
  return definition.evidence.flatMap(({ signal, where, text }) => {
    const bySource = sources.map((source) =>
      slices.filter(({ series }) => matchesSelector(series, { signal, source, where })),
    );
    const found = bySource.find((list) => list.length > 0) ?? [];
    const value = found.reduce((sum, { slice }) => sum + slice.sum, 0);
    if (value <= 0) return [];
    const simulated = found.some(({ series }) => series.synthetic) ? ' (simulated)' : '';
    const { domain, id, source } = definition;
    return [
      { domain, side: 'for' as const, ruleId: id, text: `${Math.round(value)} ${text}${simulated}`, source, value },
    ];
  });
}
