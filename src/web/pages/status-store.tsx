/** What is on disk, what room there is, and what retention has ended. */
import type { StatusAnswer } from '../../contract/index.ts';
import { bytesText, countText } from '../format/number.ts';
import { Age } from '../parts/age.tsx';

/** `limitBytes` is for the database without its write-ahead log. */
export function Store({ status: { store } }: { readonly status: StatusAnswer }) {
  const { expiredSpans, evictedSpans, keptSpans } = store.retired;
  return (
    <section>
      <h2>Disk</h2>
      {store.unreadable !== null && <p class="notice">{store.unreadable.sentence}</p>}
      <dl class="pairs">
        <dt>Size</dt>
        <dd>
          {bytesText(store.bytes)}
          {store.limitBytes !== null && ` of ${bytesText(store.limitBytes)}`}{' '}
          <span class="quiet">{bytesText(store.walBytes)} of it the write-ahead log</span>
        </dd>
        <dt>Free on the disk</dt>
        <dd>{store.freeBytes === null ? 'not known' : bytesText(store.freeBytes)}</dd>
        <dt>File</dt>
        <dd class="code">{store.path}</dd>
        <dt>Series</dt>
        <dd>{countText(store.series)}</dd>
        <dt>Spans</dt>
        <dd title={store.tracesReason ?? undefined}>{countText(store.spans)}</dd>
        <dt>Log records</dt>
        <dd>{countText(store.logRecords)}</dd>
        <dt>Oldest data</dt>
        <dd>{store.oldest === null ? 'none yet' : <Age at={store.oldest} ago />}</dd>
        <dt title="since the start">Ended by age</dt>
        <dd>
          {expiredSpans === 0 ? 'nothing yet' : `${countText(expiredSpans)} spans`}
          {keptSpans > 0 && <span class="quiet">, {countText(keptSpans)} kept for their errors or slowness</span>}
        </dd>
        {evictedSpans > 0 && (
          <>
            <dt title="the disk was full before they were old: give retention.maxDiskGiB more, or sample">
              Ended for want of room
            </dt>
            <dd class="tone-breached">{countText(evictedSpans)} spans</dd>
          </>
        )}
      </dl>
    </section>
  );
}
