/** Traces through a domain that were slow or failed, and the way to all of them. */
import type { DomainDetail, TraceSummary } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { TraceTable } from './trace-table.tsx';

const shown = 6;

export function DomainTraces({ detail }: { readonly detail: DomainDetail }) {
  const slowMs = slowAfterMs(detail);
  const domain = { domain: detail.id };
  return (
    <div class="columns">
      {slowMs === null ? (
        <Traces title="Latest traces" search={domain} empty="No trace through this domain is kept." />
      ) : (
        <Traces
          title="Slow traces"
          note={`the whole trace took ${durationText(slowMs)} or more, the latest first`}
          search={{ ...domain, minDurationMs: String(slowMs) }}
          empty={`No kept trace through this domain took ${durationText(slowMs)} or more.`}
        />
      )}
      <Traces
        title="Failed traces"
        note="some span ended with an error, the latest first"
        search={{ ...domain, error: 'true' }}
        empty="No kept trace through this domain failed."
      />
    </div>
  );
}

/** The strictest documented limit, else the p95 in whole ms; null when neither is known. */
export function slowAfterMs(detail: Pick<DomainDetail, 'thresholds' | 'p95Ms'>): number | null {
  const limits = detail.thresholds.map(({ ms }) => ms);
  if (limits.length > 0) return Math.min(...limits);
  return detail.p95Ms === null ? null : Math.ceil(detail.p95Ms);
}

function Traces(props: {
  readonly title: string;
  readonly note?: string;
  readonly search: Readonly<Record<string, string>>;
  readonly empty: string;
}) {
  const path = `/traces?${new URLSearchParams(props.search)}`;
  const traces = useAnswer<readonly TraceSummary[]>(`${path}&limit=${shown}`, 5_000);
  return (
    <section>
      <h2>
        <a href={path}>{props.title}</a> <span class="quiet">{props.note}</span>
      </h2>
      {traces.data !== null && traces.data.length > 0 ? (
        <TraceTable traces={traces.data} />
      ) : (
        <p class="quiet">{traces.data !== null ? props.empty : (traces.failure?.message ?? 'Reading traces…')}</p>
      )}
    </section>
  );
}
