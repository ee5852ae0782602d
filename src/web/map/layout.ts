/** Where the domains of the map stand and how their calls run: layers from left to right, or from top to bottom where it is narrow. Pure. */
import { type Layers, layerDomains, type Slot } from './layers.ts';
import { type Ground, keyOf, type Line, type Place, portsOf, wayOf } from './ways.ts';

export interface Box {
  readonly width: number;
  readonly isNarrow: boolean;
}

export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLine<Of extends Line> {
  readonly line: Of;
  /** An SVG path from the caller to the called. */
  readonly path: string;
  /** The points of the arrow head. */
  readonly head: string;
  /** Where a mark stands. */
  readonly middle: Point;
}

export interface MapLayout<Of extends Line> {
  readonly nodes: readonly PlacedNode[];
  readonly lines: readonly PlacedLine<Of>[];
  /** Where the domains without a call begin; null without one. */
  readonly restAt: number | null;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const nodeSize = { wide: { width: 178, height: 62 }, narrow: { width: 160, height: 76 } };
/** Of a domain in a narrow map, for its name and its numbers. */
const leastWidth = 112;
const passageSize = { wide: 16, narrow: 8 };
const gap = { wide: 22, narrow: 8 };
/** Between two layers, at least. */
const layerGap = { wide: 40, narrow: 46 };
/** Above the domains without a call: room for a line of text. */
const restGap = 44;
const margin = 8;
const headSize = 7;
const mostSideBySide = 7;

/**
 * A wide map takes the whole width; a narrow one, and one with more layers than fit side by side, grows downwards. Domains without a
 * call stand in rows below.
 */
export function layOutMap<Of extends Line>(nodes: readonly string[], lines: readonly Of[], given: Box): MapLayout<Of> {
  const calling = new Set(lines.flatMap(({ from, to }) => (from === to ? [] : [from, to])));
  const connected = nodes.filter((node) => calling.has(node));
  const { layers, passages, box } = layersIn(connected, lines, given);
  const places = placeSlots(connected.length === 0 ? [] : layers, box);
  const ground = { places, passages };
  const ports = portsOf(lines, ground);
  const placed = connected.flatMap((id) => {
    const place = places.get(id);
    return place === undefined ? [] : [toNode(id, place, box)];
  });
  const below = Math.max(0, ...[...places.values()].map((one) => endOf(one, box)));
  const rest = placeRest(
    nodes.filter((node) => !calling.has(node)).sort(),
    below + (below === 0 ? margin : restGap),
    box,
  );
  return {
    nodes: [...placed, ...rest],
    lines: lines.flatMap((line) => {
      const drawn = drawLine(line, { ...ground, ports }, box);
      return drawn === null ? [] : [drawn];
    }),
    restAt: rest[0]?.y ?? null,
    height: Math.max(below, ...rest.map(({ y, height }) => y + height)) + margin,
  };
}

/** Where layers lie below each other, as many domains stand side by side as leaves room for the name of each. */
function layersIn(nodes: readonly string[], lines: readonly Line[], { width, isNarrow }: Box): Layers & { box: Box } {
  const across = layerDomains(nodes, lines, mostSideBySide);
  if (!isNarrow && widthOf(across.layers.length) <= width) return { ...across, box: { width, isNarrow } };
  const box = { width, isNarrow: true };
  const first = Math.min(mostSideBySide, Math.floor(width / (nodeSize.narrow.width + gap.narrow)));
  for (let capacity = first; capacity > 1; capacity -= 1) {
    const below = layerDomains(nodes, lines, capacity);
    if (below.layers.every((layer) => fitting(layer, width) >= leastWidth)) return { ...below, box };
  }
  return { ...layerDomains(nodes, lines, 1), box };
}

/** That so many layers need beside each other. */
function widthOf(layers: number): number {
  return layers * nodeSize.wide.width + (layers - 1) * layerGap.wide + 2 * margin;
}

/** Rows of equal boxes from `top` on. */
function placeRest(nodes: readonly string[], top: number, box: Box): readonly PlacedNode[] {
  const { width: usual, height } = sizeIn(box, nodeSize);
  const between = sizeIn(box, gap);
  const width = box.isNarrow ? (box.width - 2 * margin - between) / 2 : usual;
  const columns = Math.max(1, Math.floor((box.width - 2 * margin + between) / (width + between)));
  return nodes.map((id, at) => ({
    id,
    x: margin + (at % columns) * (width + between),
    y: top + Math.floor(at / columns) * (height + between),
    width,
    height,
  }));
}

function sizeIn<Size>({ isNarrow }: Box, sizes: { readonly wide: Size; readonly narrow: Size }): Size {
  return isNarrow ? sizes.narrow : sizes.wide;
}

function endOf({ deep, depth, across, size }: Place, { isNarrow }: Box): number {
  return isNarrow ? deep + depth : across + size / 2;
}

function placeSlots(layers: readonly (readonly Slot[])[], box: Box): Map<string, Place> {
  const { isNarrow, width } = box;
  const { width: boxWidth, height: boxHeight } = sizeIn(box, nodeSize);
  const [depth, between, passage] = [isNarrow ? boxHeight : boxWidth, sizeIn(box, gap), sizeIn(box, passageSize)];
  const sizesOf = (layer: readonly Slot[]): readonly number[] => {
    const own = isNarrow ? Math.min(boxWidth, fitting(layer, width)) : boxHeight;
    return layer.map(({ node }) => (node === null ? passage : own));
  };
  const lengthOf = (layer: readonly Slot[]): number =>
    sizesOf(layer).reduce((sum, size) => sum + size + between, -between);
  const longest = isNarrow ? width - 2 * margin : Math.max(0, ...layers.map(lengthOf));
  const free = (width - 2 * margin - layers.length * depth) / Math.max(1, layers.length - 1);
  const step = depth + (isNarrow ? layerGap.narrow : Math.max(layerGap.wide, free));
  const places = new Map<string, Place>();
  layers.forEach((layer, at) => {
    const sizes = sizesOf(layer);
    let across = margin + (longest - lengthOf(layer)) / 2;
    layer.forEach(({ key }, index) => {
      const size = sizes[index] ?? 0;
      places.set(key, { deep: margin + at * step, across: across + size / 2, depth, size });
      across += size + between;
    });
  });
  return places;
}

/** The width that each domain of a narrow layer may have. */
function fitting(layer: readonly Slot[], width: number): number {
  const nodes = layer.filter(({ node }) => node !== null).length;
  const passages = layer.length - nodes;
  const rest = width - 2 * margin - passages * passageSize.narrow - Math.max(0, layer.length - 1) * gap.narrow;
  return rest / Math.max(1, nodes);
}

function drawLine<Of extends Line>(
  line: Of,
  parts: Ground & { readonly ports: ReadonlyMap<string, number> },
  { isNarrow }: Box,
): PlacedLine<Of> | null {
  const way = wayOf(line, parts)?.flatMap((key) => parts.places.get(key) ?? []);
  const [first, last] = [way?.[0], way?.at(-1)];
  if (way === undefined || first === undefined || last === undefined) return null;
  const sign = first.deep < last.deep ? 1 : -1;
  const edge = (place: Place, isExit: boolean) => place.deep + (isExit === sign > 0 ? place.depth : 0);
  const stops = [
    { deep: edge(first, true), across: parts.ports.get(`${keyOf(line)} from`) ?? first.across },
    ...way.slice(1, -1).flatMap(({ deep, depth, across }) => {
      const ends = [deep, deep + depth].map((at) => ({ deep: at, across: across + laneOf(line) }));
      return sign > 0 ? ends : ends.reverse();
    }),
    { deep: edge(last, false) - sign * headSize, across: parts.ports.get(`${keyOf(line)} to`) ?? last.across },
  ];
  const point = (deep: number, across: number): Point => (isNarrow ? { x: across, y: deep } : { x: deep, y: across });
  const write = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const steps = stops.slice(1).map((stop, at) => {
    const before = stops[at] ?? stop;
    const half = (before.deep + stop.deep) / 2;
    return `C${write(point(half, before.across))} ${write(point(half, stop.across))} ${write(point(stop.deep, stop.across))}`;
  });
  const start = stops[0] ?? { deep: 0, across: 0 };
  const end = stops.at(-1) ?? start;
  const tip = [point(end.deep + sign * headSize, end.across)];
  const wings = [-4.5, 4.5].map((side) => point(end.deep, end.across + side));
  const [a, b] = [stops[Math.floor((stops.length - 1) / 2)] ?? start, stops[Math.ceil((stops.length - 1) / 2)] ?? end];
  const [c, d] = stops.length % 2 === 0 ? [a, b] : [a, a];
  return {
    line,
    path: `M${write(point(start.deep, start.across))}${steps.join('')}`,
    head: [...tip, ...wings].map(({ x, y }) => `${round(x)},${round(y)}`).join(' '),
    middle: point((c.deep + d.deep) / 2, (c.across + d.across) / 2),
  };
}

/** Two lines of one pair do not lie on each other in their passage. */
function laneOf({ mode, from, to }: Line): number {
  return (mode === 'async' ? 3 : -3) + (from < to ? 1.5 : -1.5);
}

function toNode(id: string, { deep, across, depth, size }: Place, { isNarrow }: Box): PlacedNode {
  return isNarrow
    ? { id, x: across - size / 2, y: deep, width: size, height: depth }
    : { id, x: deep, y: across - size / 2, width: depth, height: size };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
