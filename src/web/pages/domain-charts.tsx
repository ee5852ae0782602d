/** A domain's last hour in three pictures: rate, errors, durations; and minute by minute as a table. */
import { useState } from 'preact/hooks';
import type { DomainDetail, ObjectiveAnswer } from '../../contract/index.ts';
import {
  clockText,
  countsCalls,
  errorWords,
  gapWords,
  latencyWords,
  minuteWords,
  rateWords,
} from '../format/domain-sentence.ts';
import { countText, durationText, noNumber, percentText, significant } from '../format/number.ts';
import { LatencyPlot } from '../parts/latency-plot.tsx';
import { LinePlot } from '../parts/line-plot.tsx';
import type { Reading } from '../parts/plot.tsx';
import { runsOf } from '../parts/plot-scale.ts';
import { pathTo } from '../router.ts';

interface ChartsProps {
  readonly detail: DomainDetail;
  readonly objectives: readonly ObjectiveAnswer[];
}

/** Nothing is drawn where nothing is known: then a sentence says why. */
export function DomainCharts({ detail, objectives }: ChartsProps) {
  const { points } = detail;
  if (points.every(({ n }) => n === null)) {
    return (
      <section>
        <h2>The last hour</h2>
        <p class="quiet">
          No export of requests has arrived in the last hour, so nothing is known: the app is down, was just started or
          sends nothing. <a href={pathTo.status}>Is the watcher alive?</a>
        </p>
      </section>
    );
  }
  if (points.every(({ n }) => n === null || n === 0)) {
    return (
      <section>
        <h2>The last hour</h2>
        <p class="quiet">
          Nothing was asked of {detail.id}, neither from outside nor by another domain. {gapWords(points)}
        </p>
      </section>
    );
  }
  return <Pictures detail={detail} objectives={objectives} />;
}

function Pictures({ detail: whole, objectives }: ChartsProps) {
  const [index, setIndex] = useState<number | null>(null);
  const detail = withoutUnknownStart(whole);
  const { points, window } = detail;
  const times = points.map((point) => Date.parse(point.at) + window.stepMs / 2);
  const reading = (of: Parameters<typeof minuteWords>[1]): Reading => ({
    index,
    onRead: setIndex,
    times,
    text: (at) => {
      const point = points[at];
      return point === undefined ? '' : minuteWords(point, of);
    },
  });
  const frame = {
    fromMs: Date.parse(window.from),
    toMs: Date.parse(window.to),
    unknown: unknownStretches(detail),
  };
  const what = countsCalls(detail) ? 'Calls by other domains' : 'Requests';
  return (
    <>
      <div class="hour">
        <LinePlot
          {...frame}
          reading={reading('rate')}
          title={`${what} a minute`}
          words={rateWords(whole.points)}
          values={points.map((point) => point.requestsPerMinute)}
          format={(value) => significant(value)}
          atLeast={1}
        />
        <LinePlot
          {...frame}
          reading={reading('errors')}
          title="Errors"
          words={errorWords(points, detail.counted ?? 'requests')}
          values={points.map((point) => point.errorRatio)}
          format={percentText}
          threshold={errorThreshold(objectives)}
          atLeast={0.001}
        />
        <Durations detail={detail} unknown={frame.unknown} reading={reading('durations')} />
      </div>
      <Minutes detail={whole} />
    </>
  );
}

function Durations({
  detail,
  unknown,
  reading,
}: {
  readonly detail: DomainDetail;
  readonly unknown: readonly (readonly [number, number])[];
  readonly reading: Reading;
}) {
  const most = Math.max(0, ...detail.latency.columns.flatMap(({ counts }) => counts));
  if (most === 0) {
    return (
      <div>
        <p class="reading">
          <b>Duration</b> Nothing was asked in the last hour, so there is no duration to draw.
        </p>
      </div>
    );
  }
  return (
    <div>
      <LatencyPlot detail={detail} words={latencyWords(detail.points)} unknown={unknown} reading={reading} />
      <p class="threshold-list">
        Ground: {countsCalls(detail) ? 'calls' : 'requests'} by duration, the darker the more, up to {countText(most)}{' '}
        in a cell. {detail.thresholds.length > 0 && 'Dashed: '}
        {detail.thresholds.map((one, at) => (
          <span key={one.label}>
            {at > 0 && ', '}
            <a href={pathTo.objective(one.objective)}>{one.label}</a>
          </span>
        ))}
        {detail.thresholds.length > 0 ? '.' : 'No objective sets a limit on these durations.'}
      </p>
    </div>
  );
}

/** An app that was started a while ago has no hour yet: the pictures begin where it begins, but show a quarter of an hour at least. */
function withoutUnknownStart(detail: DomainDetail): DomainDetail {
  const { points, window } = detail;
  const first = Math.min(
    points.findIndex(({ n }) => n !== null),
    Math.max(0, points.length - 15),
  );
  const from = points[first]?.at;
  if (first <= 0 || from === undefined) return detail;
  return { ...detail, points: points.slice(first), window: { ...window, from } };
}

/** The strictest documented share of errors that applies. */
function errorThreshold(objectives: readonly ObjectiveAnswer[]): { value: number; label: string } | null {
  const own = objectives.filter((one) => one.kind === 'errors' && one.state !== 'notApplicable');
  const strictest = own.sort((a, b) => b.target - a.target || a.id.length - b.id.length)[0];
  if (strictest === undefined) return null;
  const value = 1 - strictest.target;
  return { value, label: `≤ ${percentText(Number(value.toPrecision(6)))} (${strictest.id})` };
}

function unknownStretches({ points, window }: DomainDetail): readonly (readonly [number, number])[] {
  return runsOf(points.length, (at) => points[at]?.n === null).map(([from, to]) => {
    const endMs = points[to] === undefined ? Date.parse(window.to) : Date.parse(points[to].at);
    return [Date.parse(points[from]?.at ?? window.from), endMs] as const;
  });
}

/** The same numbers for those who read tables, or copy them. */
function Minutes({ detail }: { readonly detail: DomainDetail }) {
  return (
    <details class="minutes">
      <summary>The numbers, minute by minute (UTC)</summary>
      <div class="frame">
        <table class="dense fit">
          <thead>
            <tr>
              <th scope="col">Minute</th>
              {[countsCalls(detail) ? 'Calls' : 'Requests', 'A minute', 'Errors', 'p50', 'p95'].map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...detail.points].reverse().map((point) => (
              <tr key={point.at}>
                <th scope="row">{clockText(point.at)}</th>
                <td class="number">{point.n === null ? 'no data' : countText(point.n)}</td>
                <td class="number">
                  {point.requestsPerMinute === null ? noNumber : significant(point.requestsPerMinute)}
                </td>
                <td class="number">{percentText(point.errorRatio)}</td>
                <td class="number">{durationText(point.p50Ms)}</td>
                <td class="number">{durationText(point.p95Ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
