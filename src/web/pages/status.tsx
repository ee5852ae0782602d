/** Is the watcher itself alive: watermark, intake and what it refused, store, tick, listeners. */

import type { ObjectiveAnswer, ProbeAnswer, StatusAnswer } from '../../contract/index.ts';
import { serverNowMs, useAnswer } from '../answers.ts';
import { bytesText, countText, durationText, noNumber, percentText, significant } from '../format/number.ts';
import { truthMark } from '../format/state.ts';
import { absoluteText, staleAfterMs } from '../format/time.ts';
import { lastDataAt, watcherSentence } from '../format/watcher-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { ProbeFreshness } from './status-probes.tsx';
import { Sinks } from './status-sinks.tsx';
import { Forwarded, Overflow, Scraped } from './status-streams.tsx';

/** `/status`. */
export function StatusPage() {
  useTitle('Status');
  const status = useAnswer<StatusAnswer>('/status');
  const probes = useAnswer<readonly ProbeAnswer[]>('/probes');
  const objectives = useAnswer<readonly ObjectiveAnswer[]>('/objectives');
  const heardAt = lastDataAt(objectives.data ?? []);
  const known = { probes: probes.data ?? [], heardAt: objectives.data === null ? undefined : heardAt };
  return (
    <Loaded answer={status} what="the status">
      {(data) => (
        <>
          <h1 class="sentence">{keepUnits(watcherSentence(data, known, serverNowMs()))}</h1>
          <p class="quiet">{data.sentence}</p>
          {data.recovered !== null && <p class="notice">{data.recovered}</p>}
          <div class="columns">
            <div class="stack">
              <Engine status={data} />
              <Sinks sinks={data.sinks} />
              <Forwarded forward={data.forward} />
              <ProbeFreshness answer={probes} />
              <Store status={data} />
            </div>
            <div class="stack">
              <Intake status={data} heardAt={heardAt} />
              <Rejected status={data} />
              <Overflow overflow={data.intake.overflow} />
              <Scraped scrape={data.scrape} />
              <Listeners status={data} />
              <Versions status={data} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Intake({ status, heardAt }: { readonly status: StatusAnswer; readonly heardAt: string | null }) {
  const { intake } = status;
  return (
    <section>
      <h2>Intake</h2>
      <dl class="pairs">
        <dt>Last data of the app</dt>
        <dd>{heardAt === null ? 'none yet' : <Age at={heardAt} ago />}</dd>
        <dt>Rate</dt>
        <dd>
          {intake.spansPerSecond === null
            ? 'no rate yet'
            : `${significant(intake.spansPerSecond)} spans/s, mean since the start`}
        </dd>
        <dt>Spans since the start</dt>
        <dd title={String(intake.spans)}>{countText(intake.spans)}</dd>
        <dt>Metric points</dt>
        <dd title={String(intake.points)}>{countText(intake.points)}</dd>
        <dt>Log records</dt>
        <dd title={String(intake.logs)}>{countText(intake.logs)}</dd>
        <dt>Bodies</dt>
        <dd>{`${countText(intake.bodies)}, ${bytesText(intake.bytes)}`}</dd>
        <dt title="recognised by their content and counted once">Repeated bodies</dt>
        <dd>{countText(intake.repeatedBodies)}</dd>
        <dt title="they correct their slice, and never open or close an alert in the past">Late points</dt>
        <dd>{countText(intake.latePoints)}</dd>
        <dt>Mapped to a domain</dt>
        <dd title={`${status.coverage.mapped} mapped, ${status.coverage.unmapped} unmapped`}>
          {status.coverage.ratio === null
            ? 'no request yet'
            : `${percentText(status.coverage.ratio)} of ${countText(status.coverage.mapped + status.coverage.unmapped)} requests`}
        </dd>
      </dl>
    </section>
  );
}

function Rejected({ status }: { readonly status: StatusAnswer }) {
  const { rejected } = status.intake;
  return (
    <section>
      <h2>Rejected, by reason</h2>
      {rejected.length === 0 ? (
        <p class="quiet">Nothing has been rejected since the start.</p>
      ) : (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="number">
                  Records
                </th>
              </tr>
            </thead>
            <tbody>
              {rejected.map((one) => (
                <tr key={one.reason}>
                  <th scope="row">{one.reason}</th>
                  <td class="number">{countText(one.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Engine({ status }: { readonly status: StatusAnswer }) {
  const { tick } = status;
  const stale = status.watermarkAgeMs === null || status.watermarkAgeMs > staleAfterMs;
  return (
    <section>
      <h2>Watermark</h2>
      <dl class="pairs">
        <dt>State</dt>
        <dd>
          <State mark={stale ? { word: 'stale', tone: 'breached' } : { word: 'fresh', tone: 'met' }} />{' '}
          <span class="quiet">stale after {durationText(staleAfterMs)}</span>
        </dd>
        <dt>Numbers complete to</dt>
        <dd>
          <Age at={status.watermark} ago /> <span class="quiet">{absoluteText(status.watermark)}</span>
        </dd>
        <dt>Last tick</dt>
        <dd>
          {durationText(tick.lastMs)} for {tick.objectives} objectives, <Age at={tick.at} ago />
        </dd>
      </dl>
    </section>
  );
}

function Store({ status: { store } }: { readonly status: StatusAnswer }) {
  return (
    <section>
      <h2>Disk</h2>
      <dl class="pairs">
        <dt>Size</dt>
        <dd>{bytesText(store.bytes)}</dd>
        <dt>File</dt>
        <dd class="code">{store.path}</dd>
        <dt>Series</dt>
        <dd>{countText(store.series)}</dd>
        <dt>Traces</dt>
        <dd>{store.traces === null ? noNumber : countText(store.traces)}</dd>
        <dt>Oldest data</dt>
        <dd>{store.oldest === null ? 'none yet' : <Age at={store.oldest} ago />}</dd>
      </dl>
    </section>
  );
}

function Versions({ status }: { readonly status: StatusAnswer }) {
  return (
    <section>
      <h2>Instance</h2>
      <dl class="pairs">
        <dt>Version</dt>
        <dd>{status.version}</dd>
        <dt>Profile</dt>
        <dd>{status.profile}</dd>
        <dt>Started</dt>
        <dd>
          <Age at={status.startedAt} ago />
        </dd>
        <dt>Instance</dt>
        <dd class="code">{status.instanceId}</dd>
      </dl>
    </section>
  );
}

function Listeners({ status }: { readonly status: StatusAnswer }) {
  return (
    <section>
      <h2>Listeners</h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Listener</th>
              <th scope="col">Address</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {status.listeners.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td class="code">{one.address}</td>
                <td>
                  <State mark={truthMark(one.ok, 'listening', 'not listening')} />
                  {one.reason !== null && <small>{one.reason}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
