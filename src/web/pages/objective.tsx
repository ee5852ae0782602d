/** One objective: how it stands, how it came there, what contributes, what clears it, and its proof. */

import type { AlertAnswer, ObjectiveDetail } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText, percentText, shareText, targetText } from '../format/number.ts';
import { clearsSentence, standingSentence } from '../format/objective-sentence.ts';
import { pageSentence } from '../format/page-sentence.ts';
import { objectiveMark } from '../format/state.ts';
import { windowText } from '../format/time.ts';
import { keepUnits } from '../format/words.ts';
import { Chart } from '../parts/chart.tsx';
import { burnDownLine, type Line, rangeOf, shareLine } from '../parts/chart-data.ts';
import { DayStrip, stripText } from '../parts/day-strip.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { OpenAlerts } from './domain-around.tsx';
import { BurnTable, WindowTable } from './objective-burn.tsx';
import { ObjectiveDots } from './objective-dots.tsx';
import { OperationTable, SlowTraces } from './objective-evidence.tsx';
import { Definition, ProofTable } from './objective-proof.tsx';

/** `/objectives/:id`. */
export function ObjectivePage({ id }: { readonly id: string }) {
  useTitle(id);
  const answer = useAnswer<ObjectiveDetail>(pathTo.objective(id));
  return (
    <Loaded answer={answer} what="the objective">
      {(objective) => (
        <>
          <Head objective={objective} />
          {hasPast(objective) ? (
            <Charts objective={objective} />
          ) : (
            <p class="quiet note">Its past is drawn here as soon as an event was counted.</p>
          )}
          <ObjectiveDots objective={objective} />
          <div class="columns">
            <WindowTable objective={objective} />
            <BurnTable objective={objective} />
            <OperationTable objective={objective} />
            <SlowTraces objective={objective} />
            <ProofTable objective={objective} />
            <Definition objective={objective} />
          </div>
        </>
      )}
    </Loaded>
  );
}

/** An empty frame would only look as if something had been measured. */
function hasPast({ days, series }: ObjectiveDetail): boolean {
  return (
    [days, series].every((points) => points.length > 1) && [...days, ...series].some(({ total }) => (total ?? 0) > 0)
  );
}

function Head({ objective }: { readonly objective: ObjectiveDetail }) {
  const minutes = objective.now.window === '5m' ? 5 : null;
  const clears = clearsSentence(objective, minutes === null ? null : objective.now.total / minutes);
  const domain = objective.group?.domain ?? objective.domain;
  const alerts = useAnswer<readonly AlertAnswer[]>('/alerts');
  const open = (alerts.data ?? []).filter((one) => one.subject === objective.id && one.state !== 'resolved');
  return (
    <header class="page-head">
      <p class="trail">
        <a href={pathTo.overview}>Objectives</a> / {domain === null ? 'all domains' : <DomainName id={domain} />} /{' '}
        {objective.id}
      </p>
      <h1>
        {objective.sentence} <State mark={objectiveMark[objective.state]} />
      </h1>
      <p class="sentence">{keepUnits(standingSentence(objective))}</p>
      {objective.page !== null && <p>{keepUnits(pageSentence(objective.page))}</p>}
      <OpenAlerts alerts={open} />
      {clears !== null && (
        <p>
          <b>What clears this.</b> {clears}
        </p>
      )}
      <ul class="explanation">
        {objective.explanation.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {objective.days.length > 0 && (
        <p class="strip-line">
          <DayStrip days={objective.days} target={objective.target} />{' '}
          <span class="quiet">{stripText(objective.days, objective.target)}</span>
        </p>
      )}
    </header>
  );
}

function Charts({ objective }: { readonly objective: ObjectiveDetail }) {
  const burn = burnDownLine(objective.days, objective.target);
  const share = shareLine(objective.series);
  return (
    <div class="charts">
      <Chart
        title="Budget left"
        words={`${percentText(objective.budgetRemaining)} at the end of ${windowText(objective.window)}, day by day; zero is the line. ${gapWords(burn)}`}
        line={burn}
        threshold={{ value: 0, label: 'budget spent' }}
        range={rangeOf([...burn.values, 1], 0, null)}
        format={percentText}
      />
      <Chart
        title={`Share ${objective.threshold ?? 'good'}`}
        words={`over ${coverWords(share)}, lowest ${shareText(lowest(share), objective.target)}, target ${targetText(objective.target)}. ${gapWords(share)}`}
        line={share}
        threshold={{ value: objective.target, label: `target ${targetText(objective.target)}` }}
        range={rangeOf(share.values, objective.target, 1.0005)}
        format={percentText}
      />
    </div>
  );
}

function lowest(line: Line): number | null {
  const known = line.values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** How long the points reach back, such as "24 h". */
function coverWords(line: Line): string {
  const [first = 0] = line.at;
  return durationText(((line.at.at(-1) ?? first) - first) * 1000);
}

function gapWords(line: Line): string {
  const gaps = line.values.filter((value) => value === null).length;
  return gaps === 0 ? 'No gaps.' : `${gaps} of ${line.values.length} points without data.`;
}
