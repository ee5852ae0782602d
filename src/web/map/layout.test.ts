/** The layout of the map: layers, room for every line, the same picture each time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerDomains } from './layers.ts';
import { type Box, layOutMap } from './layout.ts';
import type { Line } from './ways.ts';

const wide: Box = { width: 1200, isNarrow: false };
const narrow: Box = { width: 358, isNarrow: true };

function call(from: string, to: string, weight = 1, mode: Line['mode'] = 'sync'): Line {
  return { from, to, mode, weight };
}

function layersOf(nodes: readonly string[], lines: readonly Line[], capacity = 9): string[][] {
  const { layers } = layerDomains(nodes, lines, capacity);
  return layers.map((layer) => layer.flatMap(({ node }) => node ?? []));
}

describe('the layers', () => {
  it('put callers before those they call, by the longest way', () => {
    const lines = [call('feed', 'posts'), call('posts', 'users'), call('feed', 'users'), call('chat', 'users')];
    expect(layersOf(['chat', 'feed', 'posts', 'users'], lines).map((layer) => layer.sort())).toEqual([
      ['chat', 'feed'],
      ['posts'],
      ['users'],
    ]);
  });

  it('let the lighter call of a ring go back', () => {
    expect(layersOf(['a', 'b'], [call('a', 'b', 2), call('b', 'a', 5)])).toEqual([['b'], ['a']]);
    expect(layersOf(['a', 'b'], [call('a', 'b', 5), call('b', 'a', 2)])).toEqual([['a'], ['b']]);
  });

  it('split a layer that holds too many', () => {
    const lines = ['b', 'c', 'd', 'e'].map((to) => call('a', to));
    expect(layersOf(['a', 'b', 'c', 'd', 'e'], lines, 2).map(({ length }) => length)).toEqual([1, 2, 2]);
  });

  it('give a call over several layers a passage in each', () => {
    const lines = [call('a', 'b'), call('b', 'c'), call('c', 'd'), call('a', 'd')];
    const { layers } = layerDomains(['a', 'b', 'c', 'd'], lines, 9);
    expect(layers.map((layer) => layer.filter(({ node }) => node === null).length)).toEqual([0, 1, 1, 0]);
  });
});

describe('the layout', () => {
  it('goes from left to right, or down where it is narrow, and points the head at the called', () => {
    const [right] = layOutMap(['a', 'b'], [call('a', 'b')], wide).lines;
    expect(right?.path).toBe('M186 39C600 39 600 39 1007 39'.replace('600 39 600 39', '596.5 39 596.5 39'));
    expect(right?.head).toBe('1014,39 1007,34.5 1007,43.5');
    const { nodes } = layOutMap(['a', 'b'], [call('a', 'b')], narrow);
    expect(nodes.map(({ x, y }) => [x, y])).toEqual([
      [99, 8],
      [99, 130],
    ]);
  });

  it('gives every name of a narrow map room, however many calls pass by', () => {
    const targets = Array.from({ length: 9 }, (_, at) => `t${at}`);
    const passing = targets.map((to) => call('a', to));
    const chain = ['b', 'c', 'd', 'e'].map((from, at) => call(from, ['c', 'd', 'e', 't8'][at] ?? ''));
    const { nodes } = layOutMap(['a', 'b', 'c', 'd', 'e', ...targets], [...passing, ...chain], narrow);
    expect(Math.min(...nodes.map(({ width }) => width))).toBeGreaterThanOrEqual(112);
  });

  it('grows downwards where more layers than fit would stand side by side', () => {
    const ids = Array.from({ length: 9 }, (_, at) => `d${at}`);
    const chain = ids.slice(1).map((to, at) => call(ids[at] ?? '', to));
    const { nodes } = layOutMap(ids, chain, wide);
    expect(Math.max(...nodes.map(({ x, width }) => x + width))).toBeLessThanOrEqual(wide.width);
    expect(nodes.map(({ y }) => y)).toEqual([...nodes.map(({ y }) => y)].sort((a, b) => a - b));
    expect(new Set(layOutMap(ids.slice(0, 5), chain.slice(0, 4), wide).nodes.map(({ y }) => y)).size).toBe(1);
  });

  it('sets domains without a call apart, below', () => {
    const { nodes, restAt } = layOutMap(['a', 'alone', 'b'], [call('a', 'b')], wide);
    const alone = nodes.find(({ id }) => id === 'alone');
    expect(alone?.y).toBe(restAt);
    expect(Math.max(...nodes.filter((node) => node !== alone).map(({ y, height }) => y + height))).toBeLessThan(
      restAt ?? 0,
    );
    expect(layOutMap(['a', 'b'], [call('a', 'b')], wide).restAt).toBeNull();
    expect(layOutMap([], [], wide)).toMatchObject({ nodes: [], lines: [] });
  });

  const graphs = fc.array(fc.record({ from: fc.nat(11), to: fc.nat(11), weight: fc.nat(9), isAsync: fc.boolean() }), {
    maxLength: 24,
  });
  const ids = Array.from({ length: 12 }, (_, at) => `domain-${at}`);

  it.each([
    ['wide', wide],
    ['narrow', narrow],
  ])('never lays two domains on each other nor outside, and draws every call once, when %s', (_name, box) => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const lines = graph.map(({ from, to, weight, isAsync }) =>
          call(`domain-${from}`, `domain-${to}`, weight, isAsync ? 'async' : 'sync'),
        );
        const made = layOutMap(ids, lines, box);
        expect(made.nodes.map(({ id }) => id).sort()).toEqual([...ids].sort());
        for (const one of made.nodes) {
          expect(one.y + one.height).toBeLessThanOrEqual(made.height);
          expect(one.x).toBeGreaterThanOrEqual(0);
          expect(one.x + one.width).toBeLessThanOrEqual(box.width);
          for (const other of made.nodes) {
            if (one === other) continue;
            const apart =
              one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y;
            expect(apart).toBe(true);
          }
        }
        expect(made.lines).toHaveLength(lines.filter(({ from, to }) => from !== to).length);
        for (const { path } of made.lines) expect(path).not.toMatch(/NaN|Infinity|undefined/);
        expect(
          layOutMap([...ids].reverse(), [...lines].reverse(), box)
            .nodes.map(({ id, x, y }) => [id, x, y])
            .sort(),
        ).toEqual(made.nodes.map(({ id, x, y }) => [id, x, y]).sort());
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
