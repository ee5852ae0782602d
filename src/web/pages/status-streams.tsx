/** What is read from metrics pages, what goes on to other stores, and what found no room. */
import type { StatusAnswer } from '../../contract/index.ts';
import { bytesText, countText, durationText } from '../format/number.ts';
import { outcomeText } from '../format/refused-words.ts';
import { type Mark, truthMark } from '../format/state.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';

const pageMark: Readonly<Record<StatusAnswer['scrape'][number]['state'], Mark>> = {
  up: { word: 'read', tone: 'met' },
  down: { word: 'not readable', tone: 'breached' },
  unknown: { word: 'not read yet', tone: 'unknown' },
};

/** Metrics pages that are read at a beat; nothing when none is configured. */
export function Scraped({ scrape }: { readonly scrape: StatusAnswer['scrape'] }) {
  if (scrape.length === 0) return null;
  return (
    <section>
      <h2>
        Metrics pages <span class="quiet">read at a beat</span>
      </h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Page</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Last read
              </th>
            </tr>
          </thead>
          <tbody>
            {scrape.map((one) => (
              <tr key={one.url}>
                <th scope="row">{one.url}</th>
                <td>
                  <State mark={pageMark[one.state]} title={one.reason} />
                  {one.reason !== null && <small>{one.reason}</small>}
                  {one.reads.failed + one.reads.notStored > 0 && <small>{readsWords(one.reads)}</small>}
                </td>
                <td class="number">
                  {one.lastScrapeAt === null ? 'never' : <Age at={one.lastScrapeAt} ago />}
                  <small>
                    {one.samples !== null && `${countText(one.samples)} samples in `}
                    {durationText(one.durationMs)}
                  </small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function readsWords({ stored, failed, notStored }: StatusAnswer['scrape'][number]['reads']): string {
  const all = stored + failed + notStored;
  const parts = [
    ...(failed === 0 ? [] : [`${countText(failed)} not readable`]),
    ...(notStored === 0 ? [] : [`${countText(notStored)} not stored`]),
  ];
  return `of ${countText(all)} times since the start: ${parts.join(', ')}`;
}

/** What waits on disk for each target; nothing when none is configured. */
export function Forwarded({ forward }: { readonly forward: StatusAnswer['forward'] }) {
  if (forward.length === 0) return null;
  return (
    <section>
      <h2>
        Forwarding <span class="quiet">to other stores, from a queue on disk</span>
      </h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">What</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Waiting
              </th>
            </tr>
          </thead>
          <tbody>
            {forward.map((one) => (
              <tr key={`${one.id} ${one.lane}`}>
                <th scope="row" title={one.url}>
                  {one.id}
                </th>
                <td class="quiet">{one.lane}</td>
                <td>
                  <State mark={truthMark(one.problem === null, 'ok', 'waits')} title={one.problem} />
                  {one.problem !== null && <small>{one.problem}</small>}
                  <small>
                    {[...one.outcomes.filter(({ bodies, records }) => bodies + records > 0).map(outcomeText)]
                      .concat(one.retries === 0 ? [] : [`${countText(one.retries)} tries again since the start`])
                      .join(', ')}
                  </small>
                </td>
                <td class="number">
                  {one.waiting === 0 ? 'nothing' : `${countText(one.waiting)}, ${bytesText(one.waitingBytes)}`}
                  {one.oldestWaitingAt !== null && (
                    <small>
                      the oldest for <Age at={one.oldestWaitingAt} />
                    </small>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Label sets beyond the limit of series: they are counted together, under overflow="true". The last 20 are known by name. */
export function Overflow({ intake: { overflow, overflowed } }: { readonly intake: StatusAnswer['intake'] }) {
  if (overflow.length === 0) return null;
  const signals = [...new Set(overflow.map(({ signal }) => signal))];
  return (
    <section>
      <h2>
        No room for more series <span class="quiet">{countText(overflowed)} records counted together</span>
      </h2>
      <p class="quiet">
        A label takes too many different values. Take it out, write a template in its place, or raise intake.maxSeries.
      </p>
      <ul class="plain">
        {signals.map((name) => (
          <li key={name}>
            {name} <span class="quiet">{examplesOf(overflow, name)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The last two label sets of a signal, the newest first. */
function examplesOf(overflow: StatusAnswer['intake']['overflow'], name: string): string {
  const labels = overflow.filter(({ signal }) => signal === name).map((one) => one.labels);
  const shown = labels.slice(-2).reverse().join(', ');
  return labels.length > 2 ? `${shown} and ${labels.length - 2} more` : shown;
}
