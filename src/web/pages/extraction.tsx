/** The extraction board: every trigger as a row, the opened one with its case for and against, coupling, unknowns. */

import type { CouplingEdge, ReadinessReport, TriggerAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { triggersSentence } from '../format/overview-sentence.ts';
import { exitSentence } from '../format/trigger-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { Board } from './extraction-board.tsx';
import { Case } from './extraction-case.tsx';
import { CouplingMatrix } from './extraction-coupling.tsx';
import { ExitReasons, OtherDomains, UnknownFacts } from './extraction-unknowns.tsx';

/** `/extraction` and `/extraction/:trigger`. */
export function ExtractionPage({ opened }: { readonly opened: string | null }) {
  const triggers = useAnswer<readonly TriggerAnswer[]>('/triggers');
  const readiness = useAnswer<ReadinessReport>('/readiness');
  const coupling = useAnswer<readonly CouplingEdge[]>('/coupling', 10_000);
  useTitle(opened ?? 'Extraction');
  return (
    <Loaded answer={triggers} what="the triggers">
      {(list) =>
        list.length === 0 ? (
          <Empty title="This profile has no extraction triggers." command="npx seamwatch validate">
            <p>Triggers come from the profile’s triggers.yaml and from seamwatch.yaml.</p>
          </Empty>
        ) : (
          <>
            <h1 class="sentence">{keepUnits(readiness.data?.sentence ?? triggersSentence(list))}</h1>
            <Board triggers={list} verdicts={readiness.data?.verdicts ?? []} opened={opened} />
            <Opened id={opened} triggers={list} report={readiness.data} />
            {readiness.data && <After report={readiness.data} triggers={list} edges={coupling.data ?? []} />}
          </>
        )
      }
    </Loaded>
  );
}

function Opened(props: {
  readonly id: string | null;
  readonly triggers: readonly TriggerAnswer[];
  readonly report: ReadinessReport | null;
}) {
  if (props.id === null) return <p class="quiet">Open a row for the case for and against it.</p>;
  const trigger = props.triggers.find((one) => one.id === props.id);
  if (!trigger)
    return (
      <p class="notice">{`There is no trigger ${props.id}; the board has ${props.triggers.map((one) => one.id).join(', ')}.`}</p>
    );
  const verdict = props.report?.verdicts.find((one) => one.domain === trigger.domain) ?? null;
  return <Case key={trigger.id} trigger={trigger} verdict={verdict} report={props.report} />;
}

function After(props: {
  readonly report: ReadinessReport;
  readonly triggers: readonly TriggerAnswer[];
  readonly edges: readonly CouplingEdge[];
}) {
  const { report } = props;
  return (
    <>
      <p class="exit">{exitSentence(report.exit)}</p>
      <div class="columns">
        <div class="stack">
          <ExitReasons report={report} />
          <UnknownFacts report={report} />
        </div>
        <div class="stack">
          <CouplingMatrix edges={props.edges} />
          <OtherDomains report={report} triggers={props.triggers} />
        </div>
      </div>
    </>
  );
}
