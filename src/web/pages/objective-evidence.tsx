/** Where an objective's failures come from: operations, and traces that show it. */
import type { ObjectiveDetail, TraceSummary } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { countText, percentText, shareOf, shareText } from '../format/number.ts';
import { thresholdMs } from '../format/objective-sentence.ts';
import { begunBy, countsWholeRequests, exemplarOperations, searchPath } from '../format/trace-search.ts';
import { TraceTable } from './trace-table.tsx';

const shown = 6;

type Operation = ObjectiveDetail['operations'][number];

/** The operations with the most failures first, each with its part of all failures. */
export function OperationTable({ objective }: { readonly objective: ObjectiveDetail }) {
  if (objective.operations.length === 0) return null;
  const bad = (one: Operation) => one.total - one.good;
  const all = objective.operations.reduce((sum, one) => sum + bad(one), 0);
  const sorted = [...objective.operations].sort((a, b) => bad(b) - bad(a)).slice(0, 12);
  return (
    <section>
      <h2>Contributing operations</h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col" class="number">
                Good
              </th>
              <th scope="col" class="number">
                n
              </th>
              <th scope="col" class="number">
                Not good
              </th>
              <th scope="col">Part of all failures</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((one) => (
              <tr key={one.operation}>
                <th scope="row">
                  <a data-row href={tracesPath(objective, one.operation)}>
                    {one.operation}
                  </a>
                </th>
                <td class="number">{shareText(shareOf(one.good, one.total), objective.target)}</td>
                <td class="number quiet">{countText(one.total)}</td>
                <td class="number">{countText(bad(one))}</td>
                <td>
                  <Part share={shareOf(bad(one), all)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** A share of a whole as a bar with its number. */
function Part({ share }: { readonly share: number | null }) {
  return (
    <span class="part">
      <svg viewBox="0 0 80 8" width="80" height="8" aria-hidden="true">
        <path d="M0 4h80" class="track" />
        <rect x="0" y="1" width={(share ?? 0) * 80} height="6" class="fill-breached" />
      </svg>
      {percentText(share)}
    </span>
  );
}

/** Recent traces of the objective's group that were not good. */
export function SlowTraces({ objective }: { readonly objective: ObjectiveDetail }) {
  const path = tracesPath(objective, null);
  const own = exemplarOperations(objective);
  const isCounted = !countsWholeRequests(objective) || own.length > 0;
  const asked = useAnswer<readonly TraceSummary[]>(
    isCounted ? searchPath(tracesQuery(objective, null), own, shown) : null,
    5_000,
  );
  const traces = begunBy(asked.data ?? [], own).slice(0, shown);
  return (
    <section>
      <h2>
        <a href={path}>Traces that show it</a>
      </h2>
      {traces.length === 0 ? (
        <p class="quiet">
          {!isCounted
            ? 'No request has been counted yet, so none shows it.'
            : asked.data !== null
              ? 'No kept trace is outside the threshold. Good ones are under the link above.'
              : (asked.failure?.message ?? 'Reading traces…')}
        </p>
      ) : (
        <TraceTable traces={traces} />
      )}
    </section>
  );
}

function tracesPath(objective: ObjectiveDetail, operation: string | null): string {
  const query = new URLSearchParams(tracesQuery(objective, operation));
  return query.size === 0 ? '/traces' : `/traces?${query}`;
}

/** Of the objective's domain, and outside its threshold. */
function tracesQuery(objective: ObjectiveDetail, operation: string | null): Readonly<Record<string, string>> {
  const domain = objective.group?.domain ?? objective.domain;
  const slow = thresholdMs(objective.threshold);
  return {
    ...(domain === null ? {} : { domain }),
    ...(operation === null ? {} : { operation }),
    ...(objective.kind === 'errors'
      ? { error: 'true' }
      : slow === null
        ? {}
        : { [countsWholeRequests(objective) ? 'minRootMs' : 'minDurationMs']: String(slow) }),
  };
}
