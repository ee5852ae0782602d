/** The measured numbers of the report as facts: traffic and strong coupling of each domain. */
import type { FactAnswer } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { strongNeighbourTexts } from './domain-inputs.ts';
import type { ReadinessInput } from './readiness-input.ts';

/** Three facts a domain, in the order of the catalogue; what was not measured is a row with status unknown. */
export function measuredFacts(input: ReadinessInput): readonly FactAnswer[] {
  return input.domains.flatMap(({ id }) => {
    const traffic = input.traffic.find((row) => row.domain === id);
    const synthetic = traffic?.synthetic ?? false;
    const neighbours = input.coupling === null ? null : strongNeighbourTexts(input.coupling, id).join('; ') || 'none';
    return [
      measuredFact(
        input,
        `${id}.requestsPerMinute`,
        traffic?.requestsPerMinuteBusyHour ?? null,
        'requests/min',
        synthetic,
      ),
      measuredFact(input, `${id}.requestsPerDay`, traffic?.requestsPerDay ?? null, 'requests/day', synthetic),
      measuredFact(input, `${id}.strongNeighbours`, neighbours, null, input.couplingSynthetic ?? false),
    ];
  });
}

function measuredFact(
  input: ReadinessInput,
  id: string,
  value: number | string | null,
  unit: string | null,
  synthetic: boolean,
): FactAnswer {
  return {
    id,
    value,
    unit,
    source: 'telemetry',
    owner: null,
    asOf: isoTime(input.window.toMs),
    expiresAt: null,
    status: value === null ? 'unknown' : 'known',
    reason: value === null ? 'not measured in the window' : null,
    synthetic,
  };
}
