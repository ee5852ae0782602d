/** One domain: its numbers, who it calls and who calls it, its objectives, the way to its traces. */
import type { CouplingEdge, DomainRow, ObjectiveAnswer, TraceSummary, TriggerAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { countText, durationText, noNumber, percentText, significant } from '../format/number.ts';
import { triggerMark, verdictMark } from '../format/state.ts';
import { keepUnits, listWords, plural } from '../format/words.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { ObjectiveTable } from './overview-table.tsx';
import { TraceTable } from './trace-table.tsx';

/** `/domains/:id`. */
export function DomainPage({ id }: { readonly id: string }) {
  useTitle(id);
  const domains = useAnswer<readonly DomainRow[]>('/domains');
  return (
    <Loaded answer={domains} what="the domains">
      {(list) => {
        const domain = list.find((one) => one.id === id);
        return domain ? (
          <Domain domain={domain} />
        ) : (
          <Empty title={`There is no domain ${id}.`}>
            {<p>The profile has {listWords(list.map((one) => one.id))}.</p>}
          </Empty>
        );
      }}
    </Loaded>
  );
}

function Domain({ domain }: { readonly domain: DomainRow }) {
  const objectives = useAnswer<readonly ObjectiveAnswer[]>('/objectives');
  const triggers = useAnswer<readonly TriggerAnswer[]>('/triggers');
  const coupling = useAnswer<readonly CouplingEdge[]>('/coupling', 10_000);
  const own = (objectives.data ?? []).filter((one) => (one.group?.domain ?? one.domain) === domain.id);
  const edges = coupling.data ?? [];
  return (
    <>
      <Head domain={domain} triggers={(triggers.data ?? []).filter((one) => one.domain === domain.id)} />
      {own.length > 0 && <ObjectiveTable objectives={own} only={null} plain />}
      <div class="columns">
        <EdgeTable title="Calls" edges={edges.filter((edge) => edge.from === domain.id)} other="to" />
        <EdgeTable title="Is called by" edges={edges.filter((edge) => edge.to === domain.id)} other="from" />
      </div>
      <SlowTraces id={domain.id} />
    </>
  );
}

function Head({ domain, triggers }: { readonly domain: DomainRow; readonly triggers: readonly TriggerAnswer[] }) {
  const rate = domain.requestsPerMinute;
  const traffic =
    rate === null || rate === 0
      ? 'has no traffic now'
      : `serves ${significant(rate)} requests a minute, 95 % of them within ${durationText(domain.p95Ms)}, ${percentText(domain.errorRatio)} with an error`;
  const strong =
    domain.strongNeighbours.length === 0
      ? 'coupled strongly with no other domain'
      : `coupled strongly with ${listWords(domain.strongNeighbours)}`;
  return (
    <header class="page-head">
      <p class="trail">
        <a href={pathTo.domains}>Domains</a> / <DomainName id={domain.id} plain />
      </p>
      <h1 class="sentence">{keepUnits(`${domain.title} ${traffic}; it is ${strong}.`)}</h1>
      <p>
        Verdict: <State mark={verdictMark[domain.verdict]} />
        {triggers.map((trigger) => (
          <span key={trigger.id}>
            {', '}
            <a href={pathTo.trigger(trigger.id)}>{trigger.id}</a>{' '}
            <State mark={triggerMark[trigger.state]} title={trigger.reason} />
          </span>
        ))}
      </p>
    </header>
  );
}

function EdgeTable({
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
                <th scope="col" class="number">
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
      <td class="number">{edge.callsPerRequest === null ? noNumber : significant(edge.callsPerRequest)}</td>
      <td class="number">{countText(edge.inTransaction)}</td>
      <td class="quiet">{edge.reason ?? ''}</td>
    </tr>
  );
}

function SlowTraces({ id }: { readonly id: string }) {
  const path = `/traces?domain=${encodeURIComponent(id)}`;
  const traces = useAnswer<readonly TraceSummary[]>(`${path}&limit=8`, 5_000);
  return (
    <section>
      <h2>
        <a href={path}>Traces through {id}</a>
      </h2>
      {traces.data && traces.data.length > 0 ? (
        <TraceTable traces={traces.data} />
      ) : (
        <p class="quiet">{traces.failure?.message ?? 'None is kept.'}</p>
      )}
    </section>
  );
}
