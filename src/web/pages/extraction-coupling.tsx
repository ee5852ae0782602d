/** Who calls whom: a matrix of calls per request, strong edges filled, unknown ones hatched. */
import type { CouplingEdge } from '../../contract/index.ts';
import { countText, noNumber, significant } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { DomainName } from '../parts/domain-name.tsx';

/** Rows call columns. Only domains that call or are called are shown. */
export function CouplingMatrix({ edges }: { readonly edges: readonly CouplingEdge[] }) {
  const callers = [...new Set(edges.map((edge) => edge.from))].sort();
  const called = [...new Set(edges.map((edge) => edge.to))].sort();
  const strong = edges.filter((edge) => edge.strong === true).length;
  if (edges.length === 0) return null;
  return (
    <section>
      <h2>Coupling</h2>
      <p class="quiet">
        {plural(edges.length, 'edge')}, {strong} strong: a synchronous call in 1 % of requests or more, a foreign write,
        or a shared transaction. Rows call columns; the number is calls per request.
      </p>
      <div class="frame">
        <table class="dense matrix">
          <thead>
            <tr>
              <th scope="col">caller</th>
              {called.map((to) => (
                <th key={to} scope="col" class="turned">
                  <span>{to}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {callers.map((from) => (
              <tr key={from}>
                <th scope="row">
                  <DomainName id={from} />
                </th>
                {called.map((to) => (
                  <Cell
                    key={to}
                    edges={edges.filter((edge) => edge.from === from && edge.to === to)}
                    same={from === to}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ edges, same }: { readonly edges: readonly CouplingEdge[]; readonly same: boolean }) {
  if (edges.length === 0) return <td class={same ? 'is-self' : ''} />;
  const strong = edges.some((edge) => edge.strong === true);
  const unknown = !strong && edges.some((edge) => edge.strong === null);
  const only = edges.every((edge) => edge.mode === 'async');
  const known = edges.map((edge) => edge.callsPerRequest).filter((value) => value !== null);
  const sum = known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  return (
    <td class={strong ? 'is-strong' : unknown ? 'is-unknown' : 'is-weak'} title={edges.map(edgeTitle).join('\n')}>
      {only ? '⇢' : ''}
      {sum === null ? noNumber : significant(sum)}
    </td>
  );
}

/** One edge in words. */
export function edgeTitle(edge: CouplingEdge): string {
  const strength = edge.strong === null ? 'strength unknown' : edge.strong ? 'strong' : 'weak';
  return `${edge.from} → ${edge.to}, ${edge.mode}, ${countText(edge.calls)} calls, ${countText(edge.inTransaction)} inside a transaction: ${strength}${edge.reason === null ? '' : ` (${edge.reason})`}`;
}
