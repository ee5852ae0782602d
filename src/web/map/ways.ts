/** The way of each call from slot to slot, and where it leaves and enters the sides of domains. Pure. */
import { pairOf } from './layers.ts';

/** What the layout needs of a call. */
export interface Line {
  readonly from: string;
  readonly to: string;
  readonly mode: 'sync' | 'async';
  readonly weight: number;
}

/** Along the layers (`deep`) and across them: x and y, or y and x where it is narrow. */
export interface Place {
  readonly deep: number;
  readonly across: number;
  readonly depth: number;
  readonly size: number;
}

/** Slots by their key, and the passages of each pair. */
export interface Ground {
  readonly places: ReadonlyMap<string, Place>;
  readonly passages: ReadonlyMap<string, readonly string[]>;
}

/** Lines leave and enter a side of a domain side by side, in the order of where they come from. */
export function portsOf(lines: readonly Line[], ground: Ground): ReadonlyMap<string, number> {
  const { places } = ground;
  const sides = new Map<string, { readonly key: string; readonly towards: number }[]>();
  for (const line of lines) {
    const way = wayOf(line, ground);
    if (way === null) continue;
    for (const [end, own, next] of [
      ['from', way[0], way[1]],
      ['to', way.at(-1), way.at(-2)],
    ] as const) {
      const [place, beside] = [places.get(own ?? ''), places.get(next ?? '')];
      if (place === undefined || beside === undefined) continue;
      const side = `${own} ${beside.deep > place.deep ? 'after' : 'before'}`;
      const list = sides.get(side) ?? [];
      list.push({ key: `${keyOf(line)} ${end}`, towards: beside.across });
      sides.set(side, list);
    }
  }
  const ports = new Map<string, number>();
  for (const [side, list] of sides) {
    const place = places.get(side.slice(0, side.lastIndexOf(' ')));
    const sorted = [...list].sort((a, b) => a.towards - b.towards || (a.key < b.key ? -1 : 1));
    sorted.forEach(({ key }, at) => {
      const size = (place?.size ?? 0) * 0.8;
      ports.set(key, (place?.across ?? 0) - size / 2 + (size * (at + 0.5)) / sorted.length);
    });
  }
  return ports;
}

/** The slots of a line from the caller to the called. */
export function wayOf({ from, to }: Line, { places, passages }: Ground): readonly string[] | null {
  const [start, end] = [places.get(from), places.get(to)];
  if (start === undefined || end === undefined || from === to) return null;
  const between = passages.get(pairOf(from, to)) ?? [];
  return [from, ...(start.deep < end.deep ? between : [...between].reverse()), to];
}

/** Tells lines apart. */
export function keyOf({ from, to, mode }: Line): string {
  return `${from} ${to} ${mode}`;
}
