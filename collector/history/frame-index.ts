/** The form of the tag index: 256 buckets by a tag's top byte, each a row of sections, each entry five bytes. */

/** Buckets of a run; a tag's bucket is its top byte. */
export const bucketCount = 256;

/** The tags (u32) of one stored frame. */
export interface TaggedFrame {
  readonly frame: number;
  readonly tags: Uint32Array;
}

/** Section: base frame (u48), entry count (u32); entry: low three bytes of the tag, frame − base (u16). All little-endian. */
const headerBytes = 10;
const entryBytes = 5;
const maxOffset = 0xffff;

/** The bucket (0..255) of a tag. */
export function bucketOf(tag: number): number {
  return tag >>> 24;
}

/** The 256 bucket rows of these frames, empty where no tag falls; `frames` ascend by id. Concatenated rows of one bucket are again a row. */
export function encodeBuckets(frames: readonly TaggedFrame[]): Buffer[] {
  const rows: Buffer[][] = Array.from({ length: bucketCount }, () => []);
  for (const group of groupByReach(frames)) {
    encodeSections(group).forEach((section, bucket) => {
      if (section.length > 0) rows[bucket]?.push(section);
    });
  }
  return rows.map((sections) =>
    sections.length === 1 && sections[0] !== undefined ? sections[0] : Buffer.concat(sections),
  );
}

/** Calls `found` with every frame id under which `row` (the bucket of `tag`) holds the tag. */
export function scanBucket(row: Buffer, tag: number, found: (frame: number) => void): void {
  const first = tag & 0xff;
  const second = (tag >>> 8) & 0xff;
  const third = (tag >>> 16) & 0xff;
  let at = 0;
  while (at + headerBytes <= row.length) {
    const base = row.readUIntLE(at, 6);
    const end = at + headerBytes + entryBytes * row.readUInt32LE(at + 6);
    for (at += headerBytes; at < end; at += entryBytes) {
      if (row[at] === first && row[at + 1] === second && row[at + 2] === third) found(base + row.readUInt16LE(at + 3));
    }
  }
}

/** `row` without the entries of frames for which `isLive` is false. */
export function keepEntries(row: Buffer, isLive: (frame: number) => boolean): Buffer {
  const sections: Buffer[] = [];
  for (let at = 0; at + headerBytes <= row.length; ) {
    const base = row.readUIntLE(at, 6);
    const end = at + headerBytes + entryBytes * row.readUInt32LE(at + 6);
    const kept: Buffer[] = [];
    for (let entry = at + headerBytes; entry < end; entry += entryBytes) {
      if (isLive(base + row.readUInt16LE(entry + 3))) kept.push(row.subarray(entry, entry + entryBytes));
    }
    if (kept.length > 0) {
      const header = Buffer.from(row.subarray(at, at + headerBytes));
      header.writeUInt32LE(kept.length, 6);
      sections.push(header, ...kept);
    }
    at = end;
  }
  return Buffer.concat(sections);
}

/** How many entries `row` holds. */
export function entriesOf(row: Buffer): number {
  let entries = 0;
  for (let at = 0; at + headerBytes <= row.length; ) {
    const count = row.readUInt32LE(at + 6);
    entries += count;
    at += headerBytes + entryBytes * count;
  }
  return entries;
}

function groupByReach(frames: readonly TaggedFrame[]): TaggedFrame[][] {
  const groups: TaggedFrame[][] = [];
  let base = Number.NEGATIVE_INFINITY;
  for (const frame of frames) {
    if (frame.frame - base > maxOffset) {
      groups.push([]);
      base = frame.frame;
    }
    groups.at(-1)?.push(frame);
  }
  return groups;
}

function encodeSections(group: readonly TaggedFrame[]): Buffer[] {
  const counts = new Uint32Array(bucketCount);
  for (const { tags } of group) {
    for (let index = 0; index < tags.length; index += 1) {
      const bucket = (tags[index] ?? 0) >>> 24;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
  }
  const base = group[0]?.frame ?? 0;
  const sections = Array.from(counts, (count) => openSection(base, count));
  const ends = new Uint32Array(bucketCount).fill(headerBytes);
  for (const { frame, tags } of group) {
    for (let index = 0; index < tags.length; index += 1) {
      const tag = tags[index] ?? 0;
      const bucket = tag >>> 24;
      const at = ends[bucket] ?? 0;
      if (sections[bucket] !== undefined) writeEntry(sections[bucket], at, tag, frame - base);
      ends[bucket] = at + entryBytes;
    }
  }
  return sections;
}

function openSection(base: number, count: number): Buffer {
  if (count === 0) return Buffer.alloc(0);
  const section = Buffer.allocUnsafe(headerBytes + entryBytes * count);
  section.writeUIntLE(base, 0, 6);
  section.writeUInt32LE(count, 6);
  return section;
}

function writeEntry(section: Buffer, at: number, tag: number, offset: number): void {
  section[at] = tag & 0xff;
  section[at + 1] = (tag >>> 8) & 0xff;
  section[at + 2] = (tag >>> 16) & 0xff;
  section[at + 3] = offset & 0xff;
  section[at + 4] = offset >>> 8;
}
