/** Follows the trees of a damaged database from their roots: what each reaches, what it does not any more, what nobody points to. */
import { parsePage, type TreePage } from './page-cells.ts';
import type { PageSource } from './page-source.ts';

/** A table or an index, with the page at which it begins. */
export interface TreeRoot {
  readonly name: string;
  readonly page: number;
}

/** A page that cannot be read; `heldRows` false for one that had only children. The rows of a table on it: (after, upTo]; null = open. */
export interface DamagedPage {
  readonly page: number;
  readonly heldRows: boolean;
  readonly after: bigint | null;
  readonly upTo: bigint | null;
}

/** What a root still reaches; `kind` is null when that is nothing. */
export interface Tree {
  readonly name: string;
  readonly kind: TreePage['kind'] | null;
  readonly pages: readonly number[];
  readonly damaged: readonly DamagedPage[];
}

/** `orphans`: readable pages that no tree reaches and that are not free; null when it is not known which pages are free. */
export interface Forest {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly orphans: readonly number[] | null;
}

/** Reads every page once or twice. */
export function readForest(source: PageSource, roots: readonly TreeRoot[]): Forest {
  const seen = new Set<number>();
  const trees = new Map(roots.map((root) => [root.name, followTree(source, root, seen)]));
  const free = freePages(source);
  if (free === null) return { trees, orphans: null };
  const orphans: number[] = [];
  for (let page = 2; page <= source.pageCount; page += 1) {
    if (!seen.has(page) && !free.has(page) && parsePage(source, page) !== null) orphans.push(page);
  }
  return { trees, orphans };
}

interface Waiting {
  readonly page: number;
  readonly depth: number;
  readonly after: bigint | null;
  readonly upTo: bigint | null;
}

function followTree(source: PageSource, { name, page: root }: TreeRoot, seen: Set<number>): Tree {
  const pages: number[] = [];
  const unread: Waiting[] = [];
  let kind: TreePage['kind'] | null = null;
  let leafDepth: number | null = null;
  const waiting: Waiting[] = [{ page: root, depth: 0, after: null, upTo: null }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const parsed = seen.has(next.page) ? null : parsePage(source, next.page);
    if (parsed === null || (kind !== null && parsed.kind !== kind)) {
      unread.push(next);
      continue;
    }
    seen.add(next.page);
    pages.push(next.page);
    kind = parsed.kind;
    if (parsed.isLeaf) leafDepth = next.depth;
    waiting.push(...below(parsed, next));
  }
  const hasRows = (depth: number): boolean => kind !== 'table' || leafDepth === null || depth >= leafDepth;
  const damaged = unread
    .map(({ depth, ...rest }) => ({ ...rest, heldRows: hasRows(depth) }))
    .sort((left, right) => Number((left.after ?? -1n) - (right.after ?? -1n)));
  return { name, kind, pages, damaged };
}

function below({ children }: TreePage, parent: Waiting): readonly Waiting[] {
  return children.map(({ page, upTo }, index) => ({
    page,
    depth: parent.depth + 1,
    after: index === 0 ? parent.after : (children[index - 1]?.upTo ?? parent.after),
    upTo: upTo ?? parent.upTo,
  }));
}

/** The list of free pages (§1.5), and the pages that hold it; null when it is damaged. */
function freePages(source: PageSource): ReadonlySet<number> | null {
  const header = source.page(1);
  if (header === null) return null;
  const free = new Set<number>();
  for (let trunk = header.readUInt32BE(32); trunk !== 0; ) {
    const bytes = trunk > source.pageCount || free.has(trunk) ? null : source.page(trunk);
    if (bytes === null) return null;
    free.add(trunk);
    const count = bytes.readUInt32BE(4);
    if (8 + 4 * count > bytes.length) return null;
    for (let index = 0; index < count; index += 1) free.add(bytes.readUInt32BE(8 + 4 * index));
    trunk = bytes.readUInt32BE(0);
  }
  return free.size === header.readUInt32BE(36) ? free : null;
}
