/** Failed runs with their evidence. */
import type { ProbeAnswer, ProbeFailure } from '../../contract/index.ts';
import { durationText } from '../format/number.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { Evidence } from '../parts/evidence.tsx';
import { pathTo } from '../router.ts';

/** A failed run and the probe it belongs to. */
export interface FailedRun {
  readonly probe: ProbeAnswer;
  readonly failure: ProbeFailure;
}

/** The failed runs of all probes, newest first, at most `most`. */
export function failedRuns(probes: readonly ProbeAnswer[], most: number): readonly FailedRun[] {
  return probes
    .flatMap((probe) => probe.failures.map((failure) => ({ probe, failure })))
    .sort((a, b) => Date.parse(b.failure.at) - Date.parse(a.failure.at))
    .slice(0, most);
}

/** With `named` the probe is a column. */
export function FailureTable({ runs, named }: { readonly runs: readonly FailedRun[]; readonly named: boolean }) {
  if (runs.length === 0) return <p class="quiet">No failed run is kept.</p>;
  return (
    <div class="frame">
      <table class="dense stacked failures">
        <thead>
          <tr>
            <th scope="col">When</th>
            {named && <th scope="col">Probe</th>}
            <th scope="col">Step</th>
            <th scope="col">Why</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ probe, failure }) => (
            <tr key={`${probe.id} ${failure.at}`}>
              <td class="no-break quiet">
                <Age at={failure.at} ago />
              </td>
              {named && (
                <td class="is-words">
                  <a href={pathTo.probe(probe.id)}>{probe.title}</a>
                </td>
              )}
              <td>{stepTitle(probe, failure.step)}</td>
              <td class="is-words">{keepUnits(failure.reason)}</td>
              <td class="number">{durationText(failure.durationMs)}</td>
              <td>
                <Evidence traceId={failure.traceId} correlationId={failure.correlationId} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The title of a step as the last run names it; a step that is gone keeps its id. */
function stepTitle(probe: ProbeAnswer, id: string | null): string {
  if (id === null) return 'the whole run';
  return probe.steps.find((one) => one.id === id)?.title ?? id;
}
