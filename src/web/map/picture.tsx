/** The map as a picture: domains as boxes, calls as lines as wide as they are frequent; what is pointed at is said below. */
import { useRef, useState } from 'preact/hooks';
import type { MapEdge, MapNode, ServiceMap } from '../../contract/index.ts';
import { edgeWords, isFailing, nodeWords, rateWords } from '../format/map-sentence.ts';
import { isTraced } from '../format/map-spans.ts';
import { durationText, percentText } from '../format/number.ts';
import { keepUnits } from '../format/words.ts';
import { domainColour, useCatalogue } from '../parts/domain-name.tsx';
import { useWidth } from '../parts/use-width.ts';
import { pathTo } from '../router.ts';
import { layOutMap, type PlacedLine, type PlacedNode, type Point } from './layout.ts';
import { pathToCalls } from './paths.ts';

const narrowBelow = 700;
const thinnest = 1.2;
const widest = 6;

type DrawnEdge = MapEdge & { readonly weight: number };

/** What is pointed at: `node feed` or `edge feed users sync`. */
type Pointed = string | null;

/** As wide as its place. */
export function MapPicture({ map }: { readonly map: ServiceMap }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place, { first: 1200, least: 320 });
  const [pointed, setPointed] = useState<Pointed>(null);
  const edges = map.edges.map((edge): DrawnEdge => ({ ...edge, weight: edge.mode === 'sync' ? edge.calls : 0 }));
  const box = { width, isNarrow: width < narrowBelow };
  const ids = map.nodes.map(({ domain }) => domain);
  const { nodes, lines, restAt, height } = layOutMap(ids, edges, box);
  const busiest = Math.max(...map.edges.map(({ callsPerMinute }) => callsPerMinute ?? 0), 1 / 60);
  return (
    <figure class="service-map">
      <div ref={place}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn into */}
        <svg
          width={width}
          height={height}
          role="group"
          aria-label="Map of the domains; the table below has the same numbers"
        >
          {lines.map((drawn) => (
            <EdgeLine
              key={keyOfEdge(drawn.line)}
              drawn={drawn}
              strokeWidth={thinnest + (widest - thinnest) * Math.sqrt((drawn.line.callsPerMinute ?? 0) / busiest)}
              look={lookOf(pointed, keyOfEdge(drawn.line), [drawn.line.from, drawn.line.to])}
              onPoint={setPointed}
            />
          ))}
          {restAt !== null && lines.length > 0 && (
            <text x="8" y={restAt - 10} class="aside">
              No call to or from another domain was counted
            </text>
          )}
          {nodes.map((placed) => (
            <NodeBox
              key={placed.id}
              placed={placed}
              node={map.nodes.find(({ domain }) => domain === placed.id)}
              look={lookOfNode(pointed, placed.id, map.edges)}
              onPoint={setPointed}
            />
          ))}
        </svg>
      </div>
      <figcaption>
        {keepUnits(saidOf(pointed, map) ?? 'Point at a domain or a call, or step to it with Tab, to read its numbers.')}
      </figcaption>
    </figure>
  );
}

function EdgeLine(props: {
  readonly drawn: PlacedLine<DrawnEdge>;
  readonly strokeWidth: number;
  readonly look: string;
  readonly onPoint: (key: Pointed) => void;
}) {
  const { drawn, look, onPoint } = props;
  const edge = drawn.line;
  const failing = isFailing(edge);
  const key = keyOfEdge(edge);
  return (
    <a
      href={pathToCalls(edge)}
      class={`map-edge is-${edge.mode}${failing ? ' is-failing' : ''}${isTraced(edge) ? ' is-traced' : ''} ${look}`}
      aria-label={`${edgeWords(edge)}. Its traces`}
      onPointerEnter={() => onPoint(key)}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => onPoint(key)}
      onBlur={() => onPoint(null)}
    >
      <path d={drawn.path} class="reach" />
      <path d={drawn.path} class="line" style={{ strokeWidth: `${props.strokeWidth}px` }} />
      <polygon points={drawn.head} class="head" />
      {edge.strong === true && <StrongMark at={drawn.middle} isBeside={failing} />}
      {failing && <FailingMark at={drawn.middle} />}
    </a>
  );
}

function StrongMark({ at: { x, y }, isBeside }: { readonly at: Point; readonly isBeside: boolean }) {
  return <path class="strong-mark" d={`M${x + (isBeside ? 12 : 0)} ${y}m-6 0l6-6 6 6-6 6z`} />;
}

function FailingMark({ at: { x, y } }: { readonly at: Point }) {
  return <path class="failing-mark" d={`M${x} ${y - 7}l7 12h-14z`} />;
}

function NodeBox(props: {
  readonly placed: PlacedNode;
  readonly node: MapNode | undefined;
  readonly look: string;
  readonly onPoint: (key: Pointed) => void;
}) {
  const { placed, node, look, onPoint } = props;
  const catalogue = useCatalogue();
  if (node === undefined) return null;
  const failing = isFailing(node);
  const key = `node ${placed.id}`;
  const text = placed.x + 12;
  return (
    <a
      href={pathTo.domain(placed.id)}
      class={`map-node${failing ? ' is-failing' : ''} ${look}`}
      aria-label={nodeWords(node)}
      onPointerEnter={() => onPoint(key)}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => onPoint(key)}
      onBlur={() => onPoint(null)}
    >
      <rect x={placed.x} y={placed.y} width={placed.width} height={placed.height} rx="3" class="box" />
      <rect
        x={placed.x}
        y={placed.y}
        width="4"
        height={placed.height}
        style={{ fill: domainColour(placed.id, catalogue) }}
      />
      <text x={text} y={placed.y + 19} class="name">
        {placed.id}
      </text>
      <text x={text} y={placed.y + 36}>
        {node.requestsPerMinute === null ? 'not counted' : rateWords(node.requestsPerMinute)}
      </text>
      <text x={text} y={placed.y + 52}>
        {node.p95Ms === null ? '' : `p95 ${durationText(node.p95Ms)}`}
      </text>
      {failing && <Failing placed={placed} ratio={node.errorRatio} />}
    </a>
  );
}

/** Beside the p95 where there is room, else below it. */
function Failing({ placed, ratio }: { readonly placed: PlacedNode; readonly ratio: number | null }) {
  const isTall = placed.height > 70;
  const [x, y] = isTall ? [placed.x + 12, placed.y + 68] : [placed.x + placed.width - 10, placed.y + 19];
  return (
    <text x={x} y={y} class="failing" text-anchor={isTall ? 'start' : 'end'}>
      ▲ {percentText(ratio)}
    </text>
  );
}

function keyOfEdge({ from, to, mode }: MapEdge): string {
  return `edge ${from} ${to} ${mode}`;
}

function lookOf(pointed: Pointed, key: string, ends: readonly string[]): string {
  if (pointed === null) return '';
  return pointed === key || ends.some((end) => pointed === `node ${end}`) ? 'is-pointed' : 'is-dim';
}

function lookOfNode(pointed: Pointed, id: string, edges: readonly MapEdge[]): string {
  if (pointed === null || pointed === `node ${id}`) return '';
  const touched = edges.some(
    (edge) =>
      (edge.from === id || edge.to === id) &&
      (pointed === keyOfEdge(edge) || pointed === `node ${edge.from}` || pointed === `node ${edge.to}`),
  );
  return touched ? '' : 'is-dim';
}

function saidOf(pointed: Pointed, { nodes, edges }: ServiceMap): string | null {
  if (pointed === null) return null;
  const edge = edges.find((one) => keyOfEdge(one) === pointed);
  if (edge !== undefined) return `${edgeWords(edge)}.`;
  const node = nodes.find((one) => `node ${one.domain}` === pointed);
  return node === undefined ? null : `${nodeWords(node)}.`;
}
