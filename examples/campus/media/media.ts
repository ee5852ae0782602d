/** Uploads: bytes, what is known about them, and smaller copies. Owns the tables media_files and media_variants. */
import { attribute, metric, observeGauge } from 'seamwatch/instrument';
import { z } from 'zod';
import type { Bus } from '../bus/index.ts';
import { breathe, type Clock, type Db, notFound } from '../platform/index.ts';
import { shrink } from './resize.ts';

/** Pixels on a side of the copies (S0 §4.5: thumbnail, medium, full). */
const sides = { thumbnail: 32, medium: 96, full: 256 } as const;

/** `bytes` is the size of the upload; `variants` the copies that are ready. */
export interface MediaFile {
  readonly id: number;
  readonly ownerId: number;
  readonly type: string;
  readonly bytes: number;
  readonly variants: readonly string[];
}

/** What `media.uploaded` carries. */
export const mediaUploaded = z.object({ mediaId: z.number(), ownerId: z.number(), bytes: z.number() });

/** The door of the domain. */
export interface Media {
  readonly upload: (ownerId: number, type: string, content: Buffer) => Promise<MediaFile>;
  readonly get: (id: number) => Promise<MediaFile>;
  readonly content: (id: number) => Promise<{ readonly type: string; readonly content: Buffer }>;
  /** Makes the smaller copies; a second time replaces them. */
  readonly process: (id: number) => Promise<void>;
  /** Bytes of uploads and copies. */
  readonly storedBytes: () => number;
}

/** What the domain needs. */
export interface MediaParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly clock: Clock;
}

interface FileRow {
  readonly id: number;
  readonly owner_id: number;
  readonly type: string;
  readonly bytes: number;
}

/** Opens the domain on its tables; `endGauge` ends the gauge of stored bytes. */
export function createMedia(parts: MediaParts): Media & { readonly endGauge: () => void } {
  const sql = prepare(parts.db);
  let stored = sql.stored.get()?.bytes ?? 0;
  const storedBytes = (): number => stored;
  const find = (id: number): FileRow => {
    const row = sql.file.get(id);
    if (row === undefined) throw notFound('media', id);
    return row;
  };
  return {
    upload: async (ownerId, type, content) => {
      const id = Number(sql.addFile.run(ownerId, type, content.length, content, parts.clock.nowMs()).lastInsertRowid);
      stored += content.length;
      const data = { mediaId: id, ownerId, bytes: content.length };
      parts.bus.publish('media.uploaded', data, { source: 'media', userId: ownerId });
      return { id, ownerId, type, bytes: content.length, variants: [] };
    },
    get: async (id) => fileOf(find(id), sql.variants.all(id)),
    content: async (id) => ({ type: find(id).type, content: sql.content.get(id)?.content ?? Buffer.alloc(0) }),
    process: async (id) => {
      const original = sql.content.get(id)?.content;
      if (original === undefined) throw notFound('media', id);
      for (const [name, side] of Object.entries(sides)) {
        const copy = Buffer.from(shrink(original, side));
        const before = sql.variant.get(id, name)?.bytes ?? 0;
        sql.addVariant.run(id, name, copy.length, copy);
        stored += copy.length - before;
        await breathe();
      }
    },
    storedBytes,
    endGauge: observeGauge(metric.mediaStorage, { [attribute.domain]: 'media' }, storedBytes),
  };
}

function prepare(db: Db) {
  db.exec(`CREATE TABLE IF NOT EXISTS media_files (
      id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, type TEXT NOT NULL, bytes INTEGER NOT NULL, content BLOB NOT NULL,
      created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS media_variants (
      media_id INTEGER NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (media_id, name))`);
  return {
    addFile: db.prepare<[number, string, number, Buffer, number]>(
      'INSERT INTO media_files (owner_id, type, bytes, content, created_at) VALUES (?, ?, ?, ?, ?)',
    ),
    file: db.prepare<[number], FileRow>('SELECT id, owner_id, type, bytes FROM media_files WHERE id = ?'),
    content: db.prepare<[number], { content: Buffer }>('SELECT content FROM media_files WHERE id = ?'),
    variants: db.prepare<[number], { name: string }>(
      'SELECT name FROM media_variants WHERE media_id = ? ORDER BY bytes',
    ),
    variant: db.prepare<[number, string], { bytes: number }>(
      'SELECT bytes FROM media_variants WHERE media_id = ? AND name = ?',
    ),
    addVariant: db.prepare<[number, string, number, Buffer]>(
      'INSERT OR REPLACE INTO media_variants VALUES (?, ?, ?, ?)',
    ),
    stored: db.prepare<[], { bytes: number }>(
      'SELECT coalesce((SELECT sum(bytes) FROM media_files), 0) + coalesce((SELECT sum(bytes) FROM media_variants), 0) AS bytes',
    ),
  };
}

function fileOf(row: FileRow, variants: readonly { readonly name: string }[]): MediaFile {
  const { id, type, bytes } = row;
  return { id, ownerId: row.owner_id, type, bytes, variants: variants.map((variant) => variant.name) };
}
