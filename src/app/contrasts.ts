/** Keeps the engine's contrasts in the one file: read over a connection of its own, written by the writer. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Collector } from '../../collector/index.ts';
import type { ContrastStore, StoredContrast } from '../engine/index.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { openReadOnly } from '../store/index.ts';
import { readStored } from './stored.ts';

const contrast = z.object({
  day: z.string(),
  effectMs: z.number().nullable(),
  interval: z.object({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
  minutes: z.number(),
  victimBreached: z.boolean().nullable(),
  synthetic: z.boolean(),
  reason: z.string().nullable(),
});

/** `collector` null = the file is only read. */
export function contrastStore(file: string | null, collector: Collector | null, log: Log): ContrastStore {
  const save = (stored: StoredContrast): void => {
    const sql = 'INSERT OR REPLACE INTO engine_contrast_days (trigger, day, contrast) VALUES (?, ?, ?)';
    const params = [stored.trigger, stored.contrast.day, JSON.stringify(stored.contrast)];
    collector
      ?.write([{ sql, params }])
      .catch((error: unknown) =>
        log.warn({ reason: messageOf(error) }, 'a day of the noisy-neighbour contrast was not kept'),
      );
  };
  return {
    read: () => (file === null || !existsSync(file) ? [] : readStored(file, readContrasts)),
    save: collector === null ? null : save,
  };
}

function readContrasts(db: ReturnType<typeof openReadOnly>): readonly StoredContrast[] {
  const isThere = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'engine_contrast_days'").get() !== undefined;
  if (!isThere) return [];
  const rows = db
    .prepare<[], { trigger: string; contrast: string }>('SELECT trigger, contrast FROM engine_contrast_days')
    .all();
  return rows.map((row) => ({ trigger: row.trigger, contrast: contrast.parse(JSON.parse(row.contrast)) }));
}
