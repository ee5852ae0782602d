/** Per step and objective: what the client saw beside what the domains counted. */
import type { RehearsalAnswer, RehearsalStep, StepMeasure } from '../../contract/index.ts';
import { type MeasurePair, pairMeasures } from '../format/measure-pairs.ts';
import { countText, durationText, noNumber, shareOf, shareText, targetText } from '../format/number.ts';
import { loadMark } from '../format/operation-marks.ts';
import { achievedWords, measureWords, rateText } from '../format/rehearsal-sentence.ts';
import { objectiveMark } from '../format/state.ts';
import { Shape, State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

/** One group of rows a step, one row an objective. */
export function StepTable({ steps }: { readonly steps: RehearsalAnswer['steps'] }) {
  return (
    <div class="frame">
      <p class="only-narrow quiet">
        Below each objective: good, n and p95 as the client saw it, then as the domains counted it.
      </p>
      <table class="dense step-table">
        <caption class="hidden">Each step: every objective as the client saw it and as the domains counted it</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Step
            </th>
            <th scope="col" rowSpan={2}>
              Objective
            </th>
            <th scope="colgroup" colSpan={3}>
              As the client saw it
            </th>
            <th scope="colgroup" colSpan={3}>
              As the domains counted it
            </th>
          </tr>
          <tr>
            <SideHeads />
            <SideHeads />
          </tr>
        </thead>
        {steps.map((step) => (
          <StepGroup key={step.index} step={step} />
        ))}
      </table>
    </div>
  );
}

function SideHeads() {
  return (
    <>
      <th scope="col" class="number">
        Good
      </th>
      <th scope="col" class="number">
        n
      </th>
      <th scope="col" class="number">
        p95
      </th>
    </>
  );
}

function StepGroup({ step }: { readonly step: RehearsalStep }) {
  const pairs = pairMeasures(step);
  const mark = loadMark[step.verdict];
  const head = (
    <th scope="rowgroup" rowSpan={Math.max(1, pairs.length)}>
      <b>{step.index + 1}</b> <State mark={mark} title={step.reason} />
      <small title={achievedWords(step.offeredPerSecond, step.achievedPerSecond)}>
        {rateText(step.offeredPerSecond)} offered, {rateText(step.achievedPerSecond)} achieved
        {step.dropped > 0 && `, ${countText(step.dropped)} dropped`}
      </small>
      {step.reason !== null && <small>{step.reason}</small>}
    </th>
  );
  return (
    <tbody>
      {pairs.length === 0 && (
        <tr>
          {head}
          <td colSpan={7} class="quiet">
            no objective was measured
          </td>
        </tr>
      )}
      {pairs.map((pair, at) => (
        <tr key={pair.objective}>
          {at === 0 && head}
          <td class="what">
            <a href={pathTo.objective(pair.objective)}>{pair.objective}</a>
            <span class="quiet"> {askedWords(pair)}</span>
          </td>
          <Side measure={pair.client} />
          <Side measure={pair.domains} />
        </tr>
      ))}
    </tbody>
  );
}

function askedWords({ domains, client }: MeasurePair): string {
  const one = domains ?? client;
  return one === null ? '' : `${targetText(one.target)} ${one.threshold}`;
}

function Side({ measure }: { readonly measure: StepMeasure | null }) {
  if (measure === null) {
    return (
      <td colSpan={3} class="quiet side">
        not measured
      </td>
    );
  }
  const mark = objectiveMark[measure.state];
  return (
    <>
      <td class={`number side tone-${mark.tone}`} title={measureWords(measure)}>
        <span class="state">
          <Shape tone={mark.tone} />
          {measure.state === 'unknown' ? mark.word : shareText(shareOf(measure.good, measure.total), measure.target)}
          <span class="hidden"> {mark.word}</span>
        </span>
      </td>
      <td class="number quiet">{countText(measure.total)}</td>
      <td class="number">{measure.p95Ms === null ? noNumber : durationText(measure.p95Ms)}</td>
    </>
  );
}
