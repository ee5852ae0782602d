/** Probes: one line each with a day of runs and the last run's steps; failed runs with their evidence. */
import type { ProbeAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { kindWords, probeMark } from '../format/operation-marks.ts';
import { byProbeUrgency, probesSentence, runDayText } from '../format/probe-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age, useNow } from '../parts/age.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { Evidence } from '../parts/evidence.tsx';
import { State } from '../parts/mark.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { RunStrip } from '../parts/run-strip.tsx';
import { StepBar } from '../parts/step-bar.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { FailureTable, failedRuns } from './probe-failures.tsx';

/** `/probes`. */
export function ProbesPage() {
  useTitle('Probes');
  const probes = useAnswer<readonly ProbeAnswer[]>('/probes');
  const now = useNow();
  return (
    <Loaded answer={probes} what="the probes">
      {(list) =>
        list.length === 0 ? (
          <NoProbes />
        ) : (
          <>
            <h1 class="sentence">{keepUnits(probesSentence(list, now))}</h1>
            <ProbeTable probes={list.toSorted(byProbeUrgency)} />
            <section>
              <h2>Failed runs</h2>
              <FailureTable runs={failedRuns(list, 20)} named />
            </section>
          </>
        )
      }
    </Loaded>
  );
}

function ProbeTable({ probes }: { readonly probes: readonly ProbeAnswer[] }) {
  return (
    <div class="frame">
      <table class="dense probes">
        <caption class="hidden">Probes, those that are down first</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Probe</th>
            <th scope="col">Domain</th>
            <th scope="col">Last run</th>
            <th scope="col">Steps of the last run</th>
            <th scope="col">
              24 h<span class="below">a slot is 15 min</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {probes.map((probe) => (
            <Row key={probe.id} probe={probe} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ probe }: { readonly probe: ProbeAnswer }) {
  return (
    <tr class={`is-${probe.state}`}>
      <td>
        <State mark={probeMark[probe.state]} title={probe.reason} />
        <small>
          since <Age at={probe.since} />
        </small>
      </td>
      <th scope="row" class="what">
        <a data-row href={pathTo.probe(probe.id)} title={probe.id}>
          {probe.title}
        </a>
        <span class="quiet"> {kindWords[probe.kind]}</span>
        <Why probe={probe} />
      </th>
      <td class="of">
        {probe.domain === null ? <span class="quiet">all domains</span> : <DomainName id={probe.domain} />}
      </td>
      <td class="no-break ran">
        {probe.lastRunAt === null ? <span class="quiet">never</span> : <Age at={probe.lastRunAt} ago />}
      </td>
      <td class="took-cell">
        <span class="took">
          {probe.steps.length > 0 && <StepBar steps={probe.steps} scaleMs={endOf(probe)} width={120} />}
          {durationText(probe.durationMs)}
        </span>
      </td>
      <td class="day" title={runDayText(probe.day)}>
        <RunStrip day={probe.day} />
      </td>
    </tr>
  );
}

/** Why it is not well, with the evidence opened; nothing for a probe that is. */
function Why({ probe }: { readonly probe: ProbeAnswer }) {
  const failed = probe.steps.find((one) => one.state === 'failed');
  if (failed) {
    return (
      <small>
        {failed.title}: {keepUnits(failed.reason ?? 'failed')}{' '}
        <Evidence traceId={failed.traceId ?? probe.traceId} correlationId={probe.correlationId} />
      </small>
    );
  }
  return probe.state !== 'up' && probe.reason !== null ? <small>{keepUnits(probe.reason)}</small> : null;
}

function endOf(probe: ProbeAnswer): number {
  return Math.max(1, ...probe.steps.map((one) => (one.startMs ?? 0) + (one.durationMs ?? 0)));
}

function NoProbes() {
  return (
    <Empty
      title="No probe is configured: nobody looks from outside."
      command="npx seamwatch validate --config seamwatch.yaml"
    >
      <p>Probes come from the profile and from the list probes in seamwatch.yaml; each needs a target, such as</p>
      <pre>
        <code>
          {'target: https://campus.example\nprobes:\n  - { id: feed-loads, kind: http, url: /api/feed, every: 30s }'}
        </code>
      </pre>
      <p>The command says which probes are found, and why others are not.</p>
    </Empty>
  );
}
