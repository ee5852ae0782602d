/** One probe: how it stands, the steps of its last run, its failures, and how it is judged. */
import type { ProbeAnswer, ProbeStep } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { kindWords, probeMark, stepMark } from '../format/operation-marks.ts';
import { confirmationWords, countsWords, probeSentence, runDayText } from '../format/probe-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age, useNow } from '../parts/age.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { Evidence } from '../parts/evidence.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { RunStrip } from '../parts/run-strip.tsx';
import { StepBar } from '../parts/step-bar.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { FailureTable, failedRuns } from './probe-failures.tsx';

/** `/probes/:id`. */
export function ProbePage({ id }: { readonly id: string }) {
  const answer = useAnswer<ProbeAnswer>(pathTo.probe(id));
  useTitle(answer.data?.title ?? id);
  return (
    <Loaded answer={answer} what="the probe">
      {(probe) => (
        <>
          <Head probe={probe} />
          <div class="columns is-wide-first">
            <LastRun probe={probe} />
            <Judged probe={probe} />
          </div>
          <section>
            <h2>Failed runs, the last 20</h2>
            <FailureTable runs={failedRuns([probe], 20)} named={false} />
          </section>
        </>
      )}
    </Loaded>
  );
}

function Head({ probe }: { readonly probe: ProbeAnswer }) {
  const now = useNow();
  return (
    <header class="page-head">
      <p class="trail">
        <a href={pathTo.probes}>Probes</a> / {probe.domain === null ? 'all domains' : <DomainName id={probe.domain} />}{' '}
        / {probe.id}
      </p>
      <h1>
        {probe.title} <State mark={probeMark[probe.state]} />
      </h1>
      <p class="sentence">{keepUnits(probeSentence(probe, now))}</p>
      <p class="strip-line is-wrapping">
        <RunStrip day={probe.day} large />
        <span class="quiet">{runDayText(probe.day)}</span>
      </p>
    </header>
  );
}

function LastRun({ probe }: { readonly probe: ProbeAnswer }) {
  const scaleMs = Math.max(1, ...probe.steps.map((one) => (one.startMs ?? 0) + (one.durationMs ?? 0)));
  return (
    <section>
      <h2>Last run {probe.lastRunAt !== null && <Age at={probe.lastRunAt} ago />}</h2>
      {probe.steps.length === 0 ? (
        <p class="quiet">It has not run yet. By hand: seamwatch probe run {probe.id}</p>
      ) : (
        <div class="frame">
          <table class="dense stacked">
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col">State</th>
                <th scope="col">When</th>
                <th scope="col" class="number">
                  Took
                </th>
                <th scope="col">Evidence</th>
              </tr>
            </thead>
            <tbody>
              {probe.steps.map((step) => (
                <StepRow key={step.id} step={step} probe={probe} scaleMs={scaleMs} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function StepRow(props: { readonly step: ProbeStep; readonly probe: ProbeAnswer; readonly scaleMs: number }) {
  const { step, probe, scaleMs } = props;
  return (
    <tr>
      <th scope="row" class="may-break is-words">
        {step.title}
        {step.reason !== null && <small>{keepUnits(step.reason)}</small>}
      </th>
      <td>
        <State mark={stepMark[step.state]} />
      </td>
      <td>
        <StepBar steps={[step]} scaleMs={scaleMs} width={140} />
      </td>
      <td class="number">{durationText(step.durationMs)}</td>
      <td>
        {step.state === 'skipped' ? (
          <span class="quiet">none</span>
        ) : (
          <Evidence traceId={step.traceId ?? probe.traceId} correlationId={probe.correlationId} />
        )}
      </td>
    </tr>
  );
}

function Judged({ probe }: { readonly probe: ProbeAnswer }) {
  return (
    <section>
      <h2>How it is judged</h2>
      <p class="note">{confirmationWords(probe.confirm)}</p>
      <p class="note">{countsWords(probe)}</p>
      <dl class="pairs">
        <dt>Kind</dt>
        <dd>{kindWords[probe.kind]}</dd>
        <dt>Target</dt>
        <dd class="code">{probe.target}</dd>
        <dt>Runs</dt>
        <dd>
          every {durationText(probe.everyMs)}, given up after {durationText(probe.timeoutMs)}
        </dd>
        <dt>Source</dt>
        <dd>{probe.source ?? 'seamwatch.yaml'}</dd>
        <dt>What to do</dt>
        <dd>
          <a href={pathTo.runbook('probe')}>the runbook</a>
        </dd>
      </dl>
    </section>
  );
}
