/** Who is told of alerts, and whether that works. */
import type { StatusAnswer } from '../../contract/index.ts';
import { sinkName } from '../format/alert-sentence.ts';
import type { Mark } from '../format/state.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

type Sink = StatusAnswer['sinks'][number];

const sinkMark: Readonly<Record<Sink['state'], Mark>> = {
  ok: { word: 'ok', tone: 'met' },
  failing: { word: 'failing', tone: 'breached' },
  unknown: { word: 'never used', tone: 'unknown' },
};

const example = [
  'alerts:',
  '  sinks:',
  '    - id: oncall',
  '      kind: pagerduty',
  `      routingKey: "\${PAGERDUTY_ROUTING_KEY}"`,
].join('\n');

/** Each with what became of its last messages; none is a state of its own. */
export function Sinks({ sinks }: { readonly sinks: readonly Sink[] }) {
  return (
    <section>
      <h2>
        Sinks <span class="quiet">where alerts are sent</span>
      </h2>
      {sinks.length === 0 ? (
        <>
          <p class="quiet">
            None is configured: alerts stand on the <a href={pathTo.alerts}>page of alerts</a> and nobody is told. In
            seamwatch.yaml:
          </p>
          <pre>
            <code>{example}</code>
          </pre>
        </>
      ) : (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Sink</th>
                <th scope="col">Kind</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Waiting
                </th>
                <th scope="col" class="number">
                  Last accepted
                </th>
              </tr>
            </thead>
            <tbody>
              {sinks.map((sink) => (
                <tr key={sink.id}>
                  <th scope="row">{sink.id}</th>
                  <td class="quiet">{sinkName(sink.kind)}</td>
                  <td>
                    <State mark={sinkMark[sink.state]} title={sink.reason} />
                    {sink.reason !== null && <small>{sink.reason}</small>}
                  </td>
                  <td class="number">{sink.queued}</td>
                  <td class="number">{sink.lastSentAt === null ? 'never' : <Age at={sink.lastSentAt} ago />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
