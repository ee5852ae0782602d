/** Who a domain calls and who calls it: which couplings are strong, and why. */
import type { CouplingEdge } from '../../contract/index.ts';
import { countText, noNumber, significant } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { Failed } from '../map/failed.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';

/** Strong ones first, each with the reason. */
export function EdgeTable({
  title,
  edges,
  other,
}: {
  readonly title: string;
  readonly edges: readonly CouplingEdge[];
  readonly other: 'from' | 'to';
}) {
  const sorted = [...edges].sort((a, b) => Number(b.strong) - Number(a.strong) || b.calls - a.calls);
  return (
    <section>
      <h2>
        {title} <span class="quiet">{plural(edges.length, 'edge')}</span>
      </h2>
      {edges.length === 0 ? (
        <p class="quiet">No call has been seen.</p>
      ) : (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Domain</th>
                <th scope="col">Strength</th>
                <th scope="col">Mode</th>
                <th scope="col" class="number">
                  Calls
                </th>
                <th scope="col" class="number" title="of the calls that tell how they ended">
                  Failed
                </th>
                <th scope="col" class="number" title="calls for each request that the caller answers">
                  A request
                </th>
                <th scope="col" class="number">
                  In a transaction
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((edge) => (
                <EdgeRow key={`${edge[other]} ${edge.mode}`} edge={edge} other={other} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function EdgeRow({ edge, other }: { readonly edge: CouplingEdge; readonly other: 'from' | 'to' }) {
  const strength =
    edge.strong === null
      ? ({ word: 'unknown', tone: 'unknown' } as const)
      : edge.strong
        ? ({ word: 'strong', tone: 'pending' } as const)
        : ({ word: 'weak', tone: 'none' } as const);
  return (
    <tr>
      <th scope="row">
        <DomainName id={edge[other]} row />
      </th>
      <td>
        <State mark={strength} />
      </td>
      <td>{edge.mode}</td>
      <td class="number">{countText(edge.calls)}</td>
      <td class="number">
        <Failed of={edge} />
      </td>
      <td class="number">{edge.callsPerRequest === null ? noNumber : significant(edge.callsPerRequest)}</td>
      <td class="number">{countText(edge.inTransaction)}</td>
      <td class="quiet why">{edge.reason ?? ''}</td>
    </tr>
  );
}
