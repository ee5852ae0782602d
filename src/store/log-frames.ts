/** Reads a write-ahead log by itself (sqlite.org/walformat): which pages it holds, and where it is damaged. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** What a log holds. Only to be read while this process has the database not open (see check.ts). */
export interface LogFrames {
  /** Byte at which the newest committed version of a page begins, by page number. */
  readonly pages: ReadonlyMap<number, number>;
  /** Pages of the database after the last commit; null without one. */
  readonly pageCount: number | null;
  /** The first frame that is damaged though later ones are not (byte in the file); null when none is. */
  readonly damagedAt: number | null;
  /** Commits that come after the damage: SQLite would leave them out without a word. */
  readonly commitsAfterDamage: number;
  /** Damaged frames whose page no later frame holds, or of which it is not known: what was last written to so many pages is gone. */
  readonly lostPages: number;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magics = [0x377f0682, 0x377f0683];

const empty: LogFrames = { pages: new Map(), pageCount: null, damagedAt: null, commitsAfterDamage: 0, lostPages: 0 };

/** A log that is absent, or that ends within its header, holds nothing. `pageBytes` is what a damaged header is taken to have said. */
export function readLogFrames(log: string, pageBytes: number): LogFrames {
  if (!existsSync(log)) return empty;
  const descriptor = openSync(log, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    const { size } = fstatSync(descriptor);
    if (readSync(descriptor, header, 0, headerBytes, 0) < headerBytes) return empty;
    const isSound = magics.includes(header.readUInt32BE(0)) && isSame(checksumOf(header), readPair(header, 24));
    return readFrames(descriptor, isSound ? header : guessHeader(descriptor, pageBytes), size);
  } finally {
    closeSync(descriptor);
  }
}

/** The first frame has the log's salts too; it can not be verified without the header. */
function guessHeader(descriptor: number, pageBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(magics[0] ?? 0, 0);
  header.writeUInt32BE(pageBytes, 8);
  readSync(descriptor, header, 16, 8, headerBytes + 8);
  return header;
}

function readFrames(descriptor: number, header: Buffer, size: number): LogFrames {
  const scan = new FrameScan(header);
  const frame = Buffer.alloc(frameHeaderBytes + header.readUInt32BE(8));
  for (let at = headerBytes; at + frame.length <= size; at += frame.length) {
    readSync(descriptor, frame, 0, frame.length, at);
    scan.take(frame, at);
  }
  return scan.result();
}

/** A checksum goes on from the one before it, which stands in the frame before: each frame can be verified by itself. */
class FrameScan {
  readonly #isBigEndian: boolean;
  readonly #salts: Buffer;
  readonly #pages = new Map<number, number>();
  readonly #damagedPages = new Set<number>();
  #pending = new Map<number, number>();
  #seed: Sum;
  #pageCount: number | null = null;
  #damagedAt: number | null = null;
  #commitsAfterDamage = 0;
  #unknown = 0;
  #lostPages = 0;

  constructor(header: Buffer) {
    this.#isBigEndian = (header.readUInt32BE(0) & 1) === 1;
    this.#salts = header.subarray(16, 24);
    this.#seed = readPair(header, 24);
  }

  take(frame: Buffer, at: number): void {
    const head = checksum(frame, 0, 8, this.#seed, this.#isBigEndian);
    const sum = checksum(frame, frameHeaderBytes, frame.length, head, this.#isBigEndian);
    const isOurs = frame.subarray(8, 16).equals(this.#salts);
    const page = frame.readUInt32BE(0);
    this.#seed = readPair(frame, 16);
    if (!isOurs || !isSame(sum, this.#seed)) {
      this.#damagedAt ??= at;
      if (isOurs) this.#damagedPages.add(page);
      else this.#unknown += 1;
      return;
    }
    this.#damagedPages.delete(page);
    this.#pending.set(page, at + frameHeaderBytes);
    const pageCount = frame.readUInt32BE(4);
    if (pageCount > 0) this.#commit(pageCount);
  }

  /** What follows the last commit is what an older generation of the log, or a commit that never ended, has left behind. */
  result(): LogFrames {
    const commitsAfterDamage = this.#commitsAfterDamage;
    const damagedAt = commitsAfterDamage > 0 ? this.#damagedAt : null;
    return {
      ...{ pages: this.#pages, pageCount: this.#pageCount },
      ...{ damagedAt, commitsAfterDamage, lostPages: this.#lostPages },
    };
  }

  #commit(pageCount: number): void {
    for (const [page, offset] of this.#pending) this.#pages.set(page, offset);
    this.#pending = new Map();
    this.#pageCount = pageCount;
    if (this.#damagedAt === null) return;
    this.#commitsAfterDamage += 1;
    this.#lostPages = this.#damagedPages.size + this.#unknown;
  }
}

type Sum = readonly [number, number];

function readPair(bytes: Buffer, at: number): Sum {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function isSame(left: Sum, right: Sum): boolean {
  return left[0] === right[0] && left[1] === right[1];
}

function checksumOf(header: Buffer): Sum {
  return checksum(header, 0, 24, [0, 0], (header.readUInt32BE(0) & 1) === 1);
}

function checksum(bytes: Buffer, from: number, to: number, [first, second]: Sum, isBigEndian: boolean): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let [low, high] = [first, second];
  for (let at = from; at < to; at += 8) {
    low = (low + view.getUint32(at, !isBigEndian) + high) >>> 0;
    high = (high + view.getUint32(at + 4, !isBigEndian) + low) >>> 0;
  }
  return [low, high];
}
