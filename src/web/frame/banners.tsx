/** What must be said on every page: that data are simulated, that they are old. */
import type { StatusAnswer } from '../../contract/index.ts';
import { type Answer, serverNowMs } from '../answers.ts';
import { absoluteText, agoText, staleAfterMs } from '../format/time.ts';
import { Age, useNow } from '../parts/age.tsx';

/** One line on every page that shows simulated data. */
export function SimulatedBanner({ status }: { readonly status: StatusAnswer | null }) {
  if (!status?.synthetic) return null;
  return (
    <p class="banner is-simulated">
      <strong>{status.demo ? 'Demo with simulated history.' : 'Simulated data.'}</strong> Stretches on this ground are
      simulated and say so
      {status.demo ? (
        <>
          ; what came after the start <Age at={status.startedAt} ago /> is measured.
        </>
      ) : (
        '.'
      )}
    </p>
  );
}

/** Says plainly that the numbers have stopped, and since when. */
export function StaleBanner({ status }: { readonly status: Answer<StatusAnswer> }) {
  useNow();
  const watermark = status.data?.watermark ?? null;
  const ageMs = watermark === null ? null : serverNowMs() - Date.parse(watermark);
  if (status.failure !== null && status.failure.status !== 401 && status.data !== null) {
    return (
      <p class="banner is-stale" role="status">
        <strong>The control plane does not answer.</strong> What stands here is how it was {agoText(ageMs)} (
        {absoluteText(watermark)}).
      </p>
    );
  }
  if (ageMs === null || ageMs <= staleAfterMs) return null;
  return (
    <p class="banner is-stale" role="status">
      <strong>These numbers are old.</strong> Nothing has been complete since {absoluteText(watermark)},{' '}
      {agoText(ageMs)}; states may have changed unseen. <a href="/status">Is the watcher alive?</a>
    </p>
  );
}
