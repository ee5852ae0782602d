/** Is the watcher itself alive: watermark, intake and what it refused, store, tick, listeners. */

import type { ObjectiveAnswer, ProbeAnswer, StatusAnswer } from '../../contract/index.ts';
import { serverNowMs, useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { truthMark } from '../format/state.ts';
import { absoluteText, staleAfterMs } from '../format/time.ts';
import { lastDataAt, watcherSentence } from '../format/watcher-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { Intake } from './status-intake.tsx';
import { ProbeFreshness } from './status-probes.tsx';
import { Refused } from './status-refused.tsx';
import { Sinks } from './status-sinks.tsx';
import { Store } from './status-store.tsx';
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
              <Scraped scrape={data.scrape} />
              <ProbeFreshness answer={probes} />
              <Store status={data} />
              <Listeners status={data} />
              <Versions status={data} />
            </div>
            <div class="stack">
              <Intake status={data} heardAt={heardAt} />
              <Refused status={data} />
              <Overflow intake={data.intake} />
            </div>
          </div>
        </>
      )}
    </Loaded>
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
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {status.listeners.map((one) => (
              <tr key={one.name}>
                <th scope="row">
                  {one.name}
                  <small class="code">{one.address}</small>
                </th>
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
