/** Which series are not known now because a page that is to be scraped does not come. */
import { readSenderSeries, type Scraper } from '../../collector/index.ts';
import type { SilentSource } from '../engine/index.ts';
import { readStored } from './stored.ts';

/** Asks the file once for each silence; a page that was never read shows nothing that could be missed. */
export function silentPages(file: string, scraper: Pick<Scraper, 'silent'>): () => readonly SilentSource[] {
  let known = new Map<string, ReadonlySet<number>>();
  return () => {
    const silent = scraper.silent();
    known = new Map(
      silent.map(({ sender }) => [
        sender,
        known.get(sender) ?? new Set(readStored(file, (db) => readSenderSeries(db, sender))),
      ]),
    );
    return silent.map(({ sender, reason }) => ({ series: known.get(sender) ?? new Set(), reason }));
  };
}
