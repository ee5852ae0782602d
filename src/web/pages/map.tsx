/** The service map: domains, and the calls between them. */
import type { ServiceMap } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { mapSentence, mapWindows, windowWords } from '../format/map-sentence.ts';
import { isTraced, tracedSentence } from '../format/map-spans.ts';
import { keepUnits } from '../format/words.ts';
import { useLocation } from '../location.ts';
import { MapEdgeTable } from '../map/edge-table.tsx';
import { MapPicture } from '../map/picture.tsx';
import { Shape } from '../parts/mark.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';

const usualMinutes = 60;

/** `/map?minutes=60`. */
export function MapPage() {
  useTitle('Map');
  const { query } = useLocation();
  const asked = Number(query.get('minutes') ?? usualMinutes);
  const minutes = Number.isInteger(asked) && asked >= 5 && asked <= 1440 ? asked : usualMinutes;
  const answer = useAnswer<ServiceMap>(`/map?minutes=${minutes}`);
  return (
    <Loaded answer={answer} what="the map">
      {(map) => (
        <>
          <h1 class="sentence">
            {map.nodes.length === 0
              ? `No request and no call was counted in the last ${windowWords(minutes)}.`
              : keepUnits(mapSentence(map, minutes))}
          </h1>
          <Windows minutes={minutes} />
          {map.nodes.length === 0 ? <NoCalls /> : <Seen map={map} />}
        </>
      )}
    </Loaded>
  );
}

function Seen({ map }: { readonly map: ServiceMap }) {
  return (
    <>
      <MapPicture map={map} />
      {map.edges.length === 0 ? <OneAlone /> : <Legend map={map} />}
      <Traced map={map} />
      {map.edges.length > 0 && (
        <section>
          <h2>Calls between domains</h2>
          <MapEdgeTable edges={map.edges} />
        </section>
      )}
    </>
  );
}

/** Where the calls come from that nobody counts; nothing when there are none. */
function Traced({ map }: { readonly map: ServiceMap }) {
  const sentence = tracedSentence(map);
  return sentence === null ? null : <p class="note">{keepUnits(sentence)}</p>;
}

function OneAlone() {
  return (
    <p class="note">
      A call appears when one domain calls another: wrap the called one too, with{' '}
      <code>instrumentDomain('users', users)</code>. Its calls stand here within half a minute. In an app that only
      sends traces, a span of one domain below a span of another is a call; spans name their domain by{' '}
      <code>seam.domain</code> or get it by the rules under <code>domains</code>.
    </p>
  );
}

function Windows({ minutes }: { readonly minutes: number }) {
  return (
    <nav class="filter" aria-label="Window">
      <span class="quiet">The last</span>
      {mapWindows.map((one) => (
        <a key={one} href={`${pathTo.map}?minutes=${one}`} aria-current={one === minutes ? 'true' : undefined}>
          {windowWords(one)}
        </a>
      ))}
    </nav>
  );
}

function Legend({ map: { edges } }: { readonly map: ServiceMap }) {
  return (
    <>
      <p class="legend map-legend">
        <span>
          <i class="key-line" /> waits for the answer
        </span>
        <span>
          <i class="key-line is-dotted" /> asynchronous
        </span>
        <span>wider: more calls</span>
        {edges.some(isTraced) && <span>▷ counted in traces</span>}
        <span class="tone-pending">
          <Shape tone="pending" /> strong
        </span>
        <span class="tone-breached">
          <Shape tone="breached" /> 1 % or more fail
        </span>
      </p>
      <p class="note quiet">
        p95: 95 % of the calls return within this time. Strong: what an extraction would have to break, judged over 14
        days: a call that is waited for in 1 % of the caller's requests or more, inside the caller's transaction, or
        beside a write to the other's tables. Simulated traffic is left out.
      </p>
    </>
  );
}

function NoCalls() {
  return (
    <Empty title="The map draws itself from what wrapped domains count." command="npx seamwatch demo">
      <p>
        The command starts a monolith with traffic. In an own app, wrap two domains with instrumentDomain, or send
        traces whose spans have a domain: their calls appear here within half a minute. Simulated traffic is left out.
      </p>
    </Empty>
  );
}
