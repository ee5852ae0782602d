/** Traces through a domain that were slow or failed, and the way to all of them. */
import type { DomainDetail, TraceSummary } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { countsCalls } from '../format/domain-sentence.ts';
import { durationText } from '../format/number.ts';
import { begunBy, searchPath } from '../format/trace-search.ts';
import { TraceTable } from './trace-table.tsx';

const shown = 6;

export function DomainTraces({ detail }: { readonly detail: DomainDetail }) {
  const slowMs = slowAfterMs(detail);
  const domain = { domain: detail.id };
  const own = countsCalls(detail) ? [] : detail.operations.map(({ operation }) => operation);
  const began = own.length === 0 ? 'through' : 'of a request to';
  return (
    <div class="columns">
      {slowMs === null ? (
        <Traces title="Latest traces" search={domain} own={[]} empty="No trace through this domain is kept." />
      ) : (
        <Traces
          title="Slow traces"
          note={`${began} ${detail.id}, ${own.length === 0 ? `${durationText(slowMs)} or more in all` : `answered after ${durationText(slowMs)} or more`}, the latest first`}
          search={{ ...domain, [own.length === 0 ? 'minDurationMs' : 'minRootMs']: String(slowMs) }}
          own={own}
          empty={`No kept trace ${began} ${detail.id} took ${durationText(slowMs)} or more. Those that only pass it are under the link above.`}
        />
      )}
      <Traces
        title="Failed traces"
        note={`through ${detail.id}, some span ended with an error, the latest first`}
        search={{ ...domain, error: 'true' }}
        own={[]}
        empty={`No kept trace through ${detail.id} failed.`}
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
  /** Only those that began with one of these operations; empty = all. */
  readonly own: readonly string[];
  readonly empty: string;
}) {
  const path = `/traces?${new URLSearchParams(props.search)}`;
  const asked = useAnswer<readonly TraceSummary[]>(searchPath(props.search, props.own, shown), 5_000);
  const traces = begunBy(asked.data ?? [], props.own).slice(0, shown);
  return (
    <section>
      <h2>
        <a href={path}>{props.title}</a> <span class="quiet">{props.note}</span>
      </h2>
      {traces.length > 0 ? (
        <TraceTable traces={traces} />
      ) : (
        <p class="quiet">{asked.data !== null ? props.empty : (asked.failure?.message ?? 'Reading traces…')}</p>
      )}
    </section>
  );
}
