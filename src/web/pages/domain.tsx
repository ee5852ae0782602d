/** One domain: its last hour, its operations and objectives, who it calls and who calls it, its probes, alerts and traces. */
import type {
  AlertAnswer,
  CouplingEdge,
  DomainDetail,
  ObjectiveAnswer,
  ProbeAnswer,
  TriggerAnswer,
} from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { countedWords, domainSentence, shareWords } from '../format/domain-sentence.ts';
import { triggerMark, verdictMark } from '../format/state.ts';
import { keepUnits } from '../format/words.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { DomainProbes, OpenAlerts } from './domain-around.tsx';
import { DomainCharts } from './domain-charts.tsx';
import { EdgeTable } from './domain-edges.tsx';
import { DomainOperations } from './domain-operations.tsx';
import { DomainTraces } from './domain-traces.tsx';
import { ObjectiveTable } from './overview-table.tsx';

/** `/domains/:id`. */
export function DomainPage({ id }: { readonly id: string }) {
  useTitle(id);
  const answer = useAnswer<DomainDetail>(pathTo.domain(id));
  return (
    <Loaded answer={answer} what="the domain">
      {(detail) => <Domain detail={detail} />}
    </Loaded>
  );
}

function Domain({ detail }: { readonly detail: DomainDetail }) {
  const objectives = useAnswer<readonly ObjectiveAnswer[]>('/objectives');
  const triggers = useAnswer<readonly TriggerAnswer[]>('/triggers');
  const coupling = useAnswer<readonly CouplingEdge[]>('/coupling', 10_000);
  const alerts = useAnswer<readonly AlertAnswer[]>('/alerts');
  const probes = useAnswer<readonly ProbeAnswer[]>('/probes');
  const own = (objectives.data ?? []).filter((one) => (one.group?.domain ?? one.domain) === detail.id);
  const open = (alerts.data ?? []).filter((one) => one.domain === detail.id && one.state !== 'resolved');
  const edges = coupling.data ?? [];
  return (
    <>
      <Head
        detail={detail}
        open={open}
        isCouplingKnown={coupling.data === null || edges.length > 0}
        triggers={(triggers.data ?? []).filter((one) => one.domain === detail.id)}
      />
      <DomainCharts detail={detail} objectives={own} />
      <div class="columns">
        <DomainOperations detail={detail} />
        <DomainProbes id={detail.id} answer={probes} />
      </div>
      {own.length > 0 && (
        <section>
          <h2>Objectives</h2>
          <ObjectiveTable objectives={own} only={null} plain />
        </section>
      )}
      <DomainTraces detail={detail} />
      <div class="columns">
        <EdgeTable title="Calls" edges={edges.filter((edge) => edge.from === detail.id)} other="to" />
        <EdgeTable title="Is called by" edges={edges.filter((edge) => edge.to === detail.id)} other="from" />
      </div>
    </>
  );
}

function Head({
  detail,
  open,
  isCouplingKnown,
  triggers,
}: {
  readonly detail: DomainDetail;
  readonly open: readonly AlertAnswer[];
  readonly isCouplingKnown: boolean;
  readonly triggers: readonly TriggerAnswer[];
}) {
  return (
    <header class="page-head">
      <p class="trail">
        <a href={pathTo.domains}>Domains</a> / <DomainName id={detail.id} plain />
      </p>
      <h1 class="sentence">{keepUnits(domainSentence(detail, open.length, isCouplingKnown))}</h1>
      <OpenAlerts alerts={open} />
      <p>
        Verdict: <State mark={verdictMark[detail.verdict]} />
        {triggers.map((trigger) => (
          <span key={trigger.id}>
            {', '}
            <a href={pathTo.trigger(trigger.id)}>{trigger.id}</a>{' '}
            <State mark={triggerMark[trigger.state]} title={trigger.reason} />
          </span>
        ))}
      </p>
      <ul class="facts" aria-label="What is counted, and the share of the whole, last hour">
        <li>{countedWords(detail.counted)}</li>
        {shareWords(detail.shares).map((words) => (
          <li key={words}>{keepUnits(words)}</li>
        ))}
      </ul>
    </header>
  );
}
