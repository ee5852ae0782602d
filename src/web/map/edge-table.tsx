/** The calls of the map as a table: the same numbers as the picture. */
import type { MapEdge } from '../../contract/index.ts';
import { byRate } from '../format/map-sentence.ts';
import { isTraced } from '../format/map-spans.ts';
import { countText, durationText, noNumber, significant } from '../format/number.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { Failed } from './failed.tsx';
import { pathToCalls } from './paths.ts';

/** The most frequent first. */
export function MapEdgeTable({ edges }: { readonly edges: readonly MapEdge[] }) {
  const sorted = [...edges].sort(byRate);
  return (
    <div class="frame">
      <table class="dense fit map-edges">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="number">
              A minute
            </th>
            <th scope="col" class="number">
              Calls
            </th>
            <th scope="col" class="number" title="95 % of the calls return within this time">
              p95
            </th>
            <th scope="col" class="number" title="of the calls that tell how they ended">
              Failed
            </th>
            <th scope="col">The caller</th>
            <th scope="col">Strength</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((edge) => (
            <tr key={`${edge.from} ${edge.to} ${edge.mode}`}>
              <th scope="row">
                <DomainName id={edge.from} />
              </th>
              <td>
                <DomainName id={edge.to} />
              </td>
              <td class="number" data-unit="a minute">
                {edge.callsPerMinute === null ? noNumber : significant(edge.callsPerMinute)}
              </td>
              <td class="number" data-unit="calls">
                {countText(edge.calls)}
              </td>
              <td class="number" data-name="p95">
                {durationText(edge.p95Ms)}
              </td>
              <td class="number" data-name="failed">
                <Failed of={edge} />
              </td>
              <td>{edge.mode === 'async' ? 'goes on (async)' : 'waits (sync)'}</td>
              <td>
                <State mark={strengthMark(edge.strong)} />
              </td>
              <td>
                <a data-row href={pathToCalls(edge)}>
                  traces
                </a>
                {isTraced(edge) && <span class="quiet"> (counted there)</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function strengthMark(strong: boolean | null) {
  if (strong === null) return { word: 'unknown', tone: 'unknown' } as const;
  return strong ? ({ word: 'strong', tone: 'pending' } as const) : ({ word: 'weak', tone: 'none' } as const);
}
