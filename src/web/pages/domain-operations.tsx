/** The operations of a domain over the last hour, the most asked first, each with the way to its traces. */
import type { DomainDetail } from '../../contract/index.ts';
import { countsCalls } from '../format/domain-sentence.ts';
import { countText, durationText, noNumber, percentText, significant } from '../format/number.ts';
import { plural } from '../format/words.ts';

export function DomainOperations({ detail }: { readonly detail: DomainDetail }) {
  const { operations } = detail;
  const calls = countsCalls(detail);
  const most = Math.max(1, ...operations.map(({ n }) => n));
  return (
    <section>
      <h2>
        Operations{' '}
        <span class="quiet">
          {plural(operations.length, 'operation')}, last hour{calls && ', calls of other domains'}
        </span>
      </h2>
      {operations.length === 0 ? (
        <p class="quiet">None was asked for in the last hour.</p>
      ) : (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Operation</th>
                {[calls ? 'Calls' : 'Requests', 'A minute', 'Errors', 'p50', 'p95'].map((name) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {operations.map((one) => (
                <tr key={one.operation}>
                  <th scope="row">
                    <a data-row href={tracesOf(detail.id, one.operation)} title="its traces">
                      {one.operation}
                    </a>
                  </th>
                  <td class="number">
                    <span class="rate" title={`${plural(one.n, calls ? 'call' : 'request')} in the last hour`}>
                      <svg viewBox="0 0 60 8" width="60" height="8" aria-hidden="true">
                        <rect
                          x={60 - (one.n / most) * 60}
                          y="1"
                          width={(one.n / most) * 60}
                          height="6"
                          class="fill-quiet"
                        />
                      </svg>
                      {countText(one.n)}
                    </span>
                  </td>
                  <td class="number">
                    {one.requestsPerMinute === null ? noNumber : significant(one.requestsPerMinute)}
                  </td>
                  <td class={`number${(one.errorRatio ?? 0) > 0 ? '' : ' quiet'}`}>{percentText(one.errorRatio)}</td>
                  <td class="number">{durationText(one.p50Ms)}</td>
                  <td class="number">{durationText(one.p95Ms)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function tracesOf(domain: string, operation: string): string {
  return `/traces?${new URLSearchParams({ domain, operation })}`;
}
