/** Which series a sender adds to. */
import type { Database } from 'better-sqlite3';

/** Ids of the series, as long as the sender is remembered (26 h after its last point); `sender` as in streams. Reads all streams once. */
export function readSenderSeries(db: Database, sender: string): readonly number[] {
  return db.prepare<[string], number>('SELECT DISTINCT series FROM streams WHERE resource = ?').pluck().all(sender);
}
