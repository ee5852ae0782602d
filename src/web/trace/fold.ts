/** Joins runs of alike calls to one row, so that 28 reads in a row are seen as 28 reads in a row. Pure. */
import type { WaterfallRow } from './layout.ts';

/** Fewer alike calls than this stay as they are. */
const leastAlike = 5;

type Leaf = WaterfallRow & { readonly isLeaf: boolean };

/** Neighbouring leaves of one name and domain, none failed, become one row; order stays. */
export function foldAlike(rows: readonly Leaf[]): readonly WaterfallRow[] {
  const runs: Leaf[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && isAlike(before, row)) run.push(row);
    else runs.push([row]);
  }
  return runs.flatMap((run) => (run.length < leastAlike ? run : [joined(run)]));
}

function isAlike(one: Leaf, other: Leaf): boolean {
  const plain = [one, other].every((row) => row.isLeaf && row.span.status !== 'error' && row.bus === null);
  return plain && one.span.name === other.span.name && one.span.domain === other.span.domain;
}

function joined(run: readonly Leaf[]): WaterfallRow {
  const [first] = run;
  if (!first) throw new RangeError('a run of alike calls is never empty');
  return {
    ...first,
    to: Math.max(...run.map((row) => row.to)),
    own: run.flatMap((row) => row.own),
    onPath: run.some((row) => row.onPath),
    count: run.length,
    tookMs: run.reduce((sum, row) => sum + row.tookMs, 0),
    selfMs: run.reduce((sum, row) => sum + row.selfMs, 0),
  };
}
