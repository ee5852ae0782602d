/** Domains in layers, callers before those they call; calls that would close a ring go back. Pure and always the same. */

/** Who calls whom; several of one pair count once. */
export interface Call {
  readonly from: string;
  readonly to: string;
  /** Decides which call of a ring goes back: a strong one rather keeps its direction. */
  readonly weight: number;
}

/** A place in a layer: a domain, or the passage of a call that leads to a later layer. */
export interface Slot {
  readonly key: string;
  readonly node: string | null;
}

export interface Layers {
  /** First to last, each from its beginning to its end. */
  readonly layers: readonly (readonly Slot[])[];
  /** Passages of the call `from to` in the order of the layers, those of a call that goes back too. */
  readonly passages: ReadonlyMap<string, readonly string[]>;
}

const sweeps = 8;

/** `capacity`: domains in one layer at most. Every node is placed once; calls of unknown nodes and of a node to itself are ignored. */
export function layerDomains(nodes: readonly string[], calls: readonly Call[], capacity: number): Layers {
  const known = new Set(nodes);
  const real = calls.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const forward = withoutRings(real);
  const depth = splitFull(depthOf(nodes, forward), capacity);
  const { layers, passages, neighbours } = withPassages(nodes, forward, depth);
  return { layers: ordered(layers, neighbours), passages };
}

/** `a b`, whichever of the two calls. */
export function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** Calls are taken heaviest first; one whose target already leads back to its caller is turned around. */
function withoutRings(calls: readonly Call[]): readonly (readonly [string, string])[] {
  const next = new Map<string, Set<string>>();
  const leads = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    seen.add(from);
    return [...(next.get(from) ?? [])].some((one) => !seen.has(one) && leads(one, to, seen));
  };
  const sorted = [...calls].sort((a, b) => b.weight - a.weight || compare(a.from + a.to, b.from + b.to));
  for (const { from, to } of sorted) {
    const [first, second] = leads(to, from) ? [to, from] : [from, to];
    next.set(first, (next.get(first) ?? new Set()).add(second));
  }
  return [...next].flatMap(([from, targets]) => [...targets].map((to) => [from, to] as const));
}

/** The longest way from a node that nobody calls. */
function depthOf(nodes: readonly string[], calls: readonly (readonly [string, string])[]): Map<string, number> {
  const depth = new Map(nodes.map((node) => [node, 0]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [from, to] of calls) {
      const least = (depth.get(from) ?? 0) + 1;
      if ((depth.get(to) ?? 0) >= least) continue;
      depth.set(to, least);
      changed = true;
    }
  }
  return depth;
}

/** A layer with too many domains becomes several; whatever comes later moves on. */
function splitFull(depth: ReadonlyMap<string, number>, capacity: number): ReadonlyMap<string, number> {
  const split = new Map<string, number>();
  let at = 0;
  const deepest = Math.max(0, ...depth.values());
  for (let layer = 0; layer <= deepest; layer += 1) {
    const own = [...depth].filter(([, one]) => one === layer).map(([node]) => node);
    const parts = Math.max(1, Math.ceil(own.length / capacity));
    const each = Math.ceil(own.length / parts);
    own.sort(compare).forEach((node, index) => void split.set(node, at + Math.floor(index / Math.max(1, each))));
    at += parts;
  }
  return split;
}

function withPassages(
  nodes: readonly string[],
  calls: readonly (readonly [string, string])[],
  depth: ReadonlyMap<string, number>,
) {
  const layers: Slot[][] = Array.from({ length: Math.max(0, ...depth.values()) + 1 }, () => []);
  const passages = new Map<string, string[]>();
  const neighbours = new Map<string, string[]>();
  const join = (one: string, other: string): void => {
    neighbours.set(one, [...(neighbours.get(one) ?? []), other]);
    neighbours.set(other, [...(neighbours.get(other) ?? []), one]);
  };
  for (const node of [...nodes].sort(compare)) layers[depth.get(node) ?? 0]?.push({ key: node, node });
  for (const [from, to] of [...calls].sort((a, b) => compare(a.join(' '), b.join(' ')))) {
    const keys: string[] = [];
    let before = from;
    for (let layer = (depth.get(from) ?? 0) + 1; layer < (depth.get(to) ?? 0); layer += 1) {
      const key = `${pairOf(from, to)} ${layer}`;
      layers[layer]?.push({ key, node: null });
      keys.push(key);
      join(before, key);
      before = key;
    }
    join(before, to);
    passages.set(pairOf(from, to), keys);
  }
  return { layers, passages, neighbours };
}

/** Each layer by the mean place of its neighbours in the layer beside it, to and fro: few lines cross. */
function ordered(
  layers: readonly (readonly Slot[])[],
  neighbours: ReadonlyMap<string, readonly string[]>,
): readonly (readonly Slot[])[] {
  const sorted = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const down = sweep % 2 === 0;
    const order = sorted.map((_, at) => (down ? at : sorted.length - 1 - at));
    for (const at of order) {
      const beside = sorted[at + (down ? -1 : 1)];
      const layer = sorted[at];
      if (beside === undefined || layer === undefined) continue;
      const places = new Map(beside.map(({ key }, place) => [key, (place + 0.5) / beside.length]));
      const keyed = layer.map((slot, place) => {
        const own = (neighbours.get(slot.key) ?? []).flatMap((key) => places.get(key) ?? []);
        const mean =
          own.length === 0 ? (place + 0.5) / layer.length : own.reduce((sum, one) => sum + one, 0) / own.length;
        return { slot, mean };
      });
      keyed.sort((a, b) => a.mean - b.mean || compare(a.slot.key, b.slot.key));
      sorted[at] = keyed.map(({ slot }) => slot);
    }
  }
  return sorted;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
