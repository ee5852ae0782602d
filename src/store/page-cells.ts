/** What stands on a page of a tree (sqlite.org/fileformat §1.6): children, rows, and the values of a row (§2.1). */
import type { PageSource } from './page-source.ts';

export type Value = string | number | bigint | Buffer | null;

/** A page below another; `upTo`: the highest row number that it may hold, null in an index and for the last one. */
export interface Child {
  readonly page: number;
  readonly upTo: bigint | null;
}

/** A page of a tree. `isLeaf` false: `children` are its pages; rows of a table stand on leaves only, those of an index on all. */
export interface TreePage {
  readonly kind: 'table' | 'index';
  readonly isLeaf: boolean;
  readonly children: readonly Child[];
  readonly rows: () => readonly PageRow[];
  /** Rows that it says it has. */
  readonly cells: number;
}

/** `rowid` is null in an index. `isWhole` false: a part of the row stands on a page that is damaged; `values` are those before it. */
export interface PageRow {
  readonly rowid: bigint | null;
  readonly values: readonly Value[];
  readonly isWhole: boolean;
}

const kinds: Readonly<Record<number, Pick<TreePage, 'kind' | 'isLeaf'>>> = {
  2: { kind: 'index', isLeaf: false },
  5: { kind: 'table', isLeaf: false },
  10: { kind: 'index', isLeaf: true },
  13: { kind: 'table', isLeaf: true },
};

/** Null when it is no page of a tree, or a damaged one. */
export function parsePage(source: PageSource, number: number): TreePage | null {
  const bytes = source.page(number);
  if (bytes === null) return null;
  const start = number === 1 ? 100 : 0;
  const kind = kinds[bytes[start] ?? 0];
  if (kind === undefined) return null;
  const cells = bytes.readUInt16BE(start + 3);
  const pointers = start + (kind.isLeaf ? 8 : 12);
  if (pointers + 2 * cells > bytes.length || bytes.readUInt8(start + 7) > 60) return null;
  const offsets = Array.from({ length: cells }, (_, cell) => bytes.readUInt16BE(pointers + 2 * cell));
  if (offsets.some((offset) => offset < pointers + 2 * cells || offset > bytes.length - 4)) return null;
  const children = kind.isLeaf ? [] : childrenOf(bytes, start, offsets, kind.kind);
  if (children.some(({ page }) => page < 2 || page > source.pageCount)) return null;
  const hasRows = kind.isLeaf || kind.kind === 'index';
  const rows = (): readonly PageRow[] => (hasRows ? offsets.map((at) => readRow(source, bytes, at, kind)) : []);
  return { ...kind, children, rows, cells: hasRows ? cells : 0 };
}

function childrenOf(bytes: Buffer, start: number, offsets: readonly number[], kind: TreePage['kind']): Child[] {
  const children = offsets.map((at) => ({
    page: bytes.readUInt32BE(at),
    upTo: kind === 'index' ? null : keyAt(bytes, at + 4),
  }));
  return [...children, { page: bytes.readUInt32BE(start + 8), upTo: null }];
}

/** Null when the page ends within it. */
function keyAt(bytes: Buffer, at: number): bigint | null {
  try {
    return BigInt.asIntN(64, readVarint(bytes, at).value);
  } catch {
    return null;
  }
}

function readRow(
  source: PageSource,
  bytes: Buffer,
  offset: number,
  { kind, isLeaf }: Pick<TreePage, 'kind' | 'isLeaf'>,
): PageRow {
  let rowid: bigint | null = null;
  try {
    let at = offset + (isLeaf ? 0 : 4);
    const size = readVarint(bytes, at);
    at = size.next;
    if (kind === 'table') {
      const key = readVarint(bytes, at);
      rowid = BigInt.asIntN(64, key.value);
      at = key.next;
    }
    return { rowid, ...readRecord(readPayload(source, bytes, at, Number(size.value), kind)) };
  } catch {
    return { rowid, values: [], isWhole: false };
  }
}

/** The part on the page and the pages it goes on on, as far as they can be read. */
interface Payload {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

function readPayload(source: PageSource, bytes: Buffer, at: number, size: number, kind: TreePage['kind']): Payload {
  const usable = bytes.length;
  const most = kind === 'table' ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return { bytes: bytes.subarray(at, at + size), isWhole: at + size <= bytes.length };
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((size - least) % (usable - 4));
  const local = wanted <= most ? wanted : least;
  const parts = [bytes.subarray(at, at + local)];
  let left = size - local;
  let next = bytes.readUInt32BE(at + local);
  while (left > 0) {
    const page = next < 2 || next > source.pageCount ? null : source.page(next);
    if (page === null) break;
    const part = page.subarray(4, Math.min(page.length, 4 + left));
    // The last page points nowhere, every other one on: noise in its place would have pointed somewhere else.
    const goesOn = page.readUInt32BE(0);
    if ((goesOn === 0) !== (part.length === left) || goesOn > source.pageCount) break;
    parts.push(part);
    left -= part.length;
    next = goesOn;
  }
  return { bytes: Buffer.concat(parts), isWhole: left === 0 };
}

/** @throws RangeError when it is no record */
function readRecord({ bytes, isWhole }: Payload): Pick<PageRow, 'values' | 'isWhole'> {
  const header = readVarint(bytes, 0);
  const end = Number(header.value);
  const values: Value[] = [];
  let body = end;
  for (let at = header.next; at < end; ) {
    const type = readVarint(bytes, at);
    at = type.next;
    const code = Number(type.value);
    const length = lengthOf(code);
    if (body + length > bytes.length) return { values, isWhole: false };
    values.push(valueAt(bytes, body, code, length));
    body += length;
  }
  return { values, isWhole: isWhole && body === bytes.length };
}

const integerLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

function lengthOf(code: number): number {
  const fixed = integerLengths[code];
  if (fixed !== undefined) return fixed;
  if (code < 12) throw new RangeError(`serial type ${code}`);
  return Math.floor((code - 12) / 2);
}

function valueAt(payload: Buffer, at: number, code: number, length: number): Value {
  if (code === 0) return null;
  if (code === 7) return payload.readDoubleBE(at);
  if (code === 8 || code === 9) return BigInt(code - 8);
  if (code === 6) return payload.readBigInt64BE(at);
  if (code < 6) return BigInt(payload.readIntBE(at, length));
  const bytes = payload.subarray(at, at + length);
  return code % 2 === 0 ? Buffer.from(bytes) : bytes.toString('utf8');
}

function readVarint(bytes: Buffer, at: number): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let index = 0; index < 9; index += 1) {
    const byte = BigInt(bytes.readUInt8(at + index));
    if (index === 8) return { value: (value << 8n) | byte, next: at + 9 };
    value = (value << 7n) | (byte & 0x7fn);
    if (byte < 0x80n) return { value, next: at + index + 1 };
  }
  return { value, next: at + 9 };
}
