/** Traces as rows: when, what, across which domains, how long on one common scale. */
import type { TraceSummary } from '../../contract/index.ts';
import { durationText } from '../format/number.ts';
import { absoluteText } from '../format/time.ts';
import { Age } from '../parts/age.tsx';
import { DomainName, domainColour, useCatalogue } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

/** Bars share one scale: the longest of the list is full width. */
export function TraceTable({ traces }: { readonly traces: readonly TraceSummary[] }) {
  const longest = Math.max(1, ...traces.map((one) => one.durationMs));
  return (
    <div class="frame">
      <table class="dense traces">
        <thead>
          <tr>
            <th scope="col">Began</th>
            <th scope="col">Request</th>
            <th scope="col">Domains</th>
            <th scope="col" class="number">
              Spans
            </th>
            <th scope="col" title="to the answer, then to the end of what it set off">
              Took
            </th>
            <th scope="col">Correlation</th>
          </tr>
        </thead>
        <tbody>
          {traces.map((trace) => (
            <Row key={trace.traceId} trace={trace} longest={longest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ trace, longest }: { readonly trace: TraceSummary; readonly longest: number }) {
  return (
    <tr class={trace.synthetic ? 'is-simulated' : ''}>
      <td class="quiet" title={absoluteText(trace.startTime)}>
        <Age at={trace.startTime} ago />
      </td>
      <th scope="row">
        <a data-row href={pathTo.trace(trace.traceId)} title={`trace ${trace.traceId}`}>
          {trace.rootName}
        </a>
        {trace.error && <State mark={{ word: 'error', tone: 'breached' }} />}
        {trace.synthetic && <span class="legend-simulated">simulated</span>}
      </th>
      <td class="domains">
        {trace.domains.slice(0, 4).map((domain) => (
          <DomainName key={domain} id={domain} plain />
        ))}
        {trace.domains.length > 4 && <span class="quiet">+{trace.domains.length - 4}</span>}
      </td>
      <td class="number quiet">{trace.spanCount}</td>
      <td>
        <Took trace={trace} longest={longest} />
      </td>
      <td class="code">
        {trace.correlationId === null ? (
          <span class="quiet">none</span>
        ) : (
          <a href={pathTo.correlation(trace.correlationId)}>{trace.correlationId.slice(0, 13)}…</a>
        )}
      </td>
    </tr>
  );
}

function Took({ trace, longest }: { readonly trace: TraceSummary; readonly longest: number }) {
  const catalogue = useCatalogue();
  const width = 140;
  const colour = domainColour(trace.domains[0] ?? null, catalogue);
  return (
    <span class="took">
      <svg viewBox={`0 0 ${width} 10`} width={width} height="10" aria-hidden="true">
        <path d={`M0 5h${width}`} class="track" />
        <rect
          x="0"
          y="1"
          width={Math.max(1, (trace.durationMs / longest) * width)}
          height="8"
          opacity="0.28"
          style={{ fill: colour }}
        />
        <rect x="0" y="1" width={Math.max(1, (trace.rootMs / longest) * width)} height="8" style={{ fill: colour }} />
      </svg>
      <span class="took-words">
        {durationText(trace.rootMs)}
        {goesOn(trace) && <span class="quiet"> then to {durationText(trace.durationMs)}</span>}
      </span>
    </span>
  );
}

/** Work went on after the answer, for longer than clocks differ. */
function goesOn({ rootMs, durationMs }: TraceSummary): boolean {
  return durationMs > rootMs * 1.05 && durationMs - rootMs > 1;
}
