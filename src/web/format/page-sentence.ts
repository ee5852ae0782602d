/** The documented alert of an objective in words: quiet, firing, or why it can not be judged. */
import type { ObjectiveAnswer } from '../../contract/index.ts';
import { countText, percentText, shareOf } from './number.ts';
import { windowText } from './time.ts';

type PageState = NonNullable<ObjectiveAnswer['page']>;

/** "The documented alert is quiet: 0.4 % of 812 events over 500 ms in 5 min; it fires above 5 %." */
export function pageSentence(page: PageState): string {
  if (page.state === 'unknown') {
    return `The documented alert (${page.threshold}) can not be judged: ${page.reason ?? 'no reason was given'}.`;
  }
  const { what, limit } = readThreshold(page.threshold);
  const head = `The documented alert is ${page.state === 'firing' ? 'firing' : 'quiet'}`;
  const bad = shareOf(page.total - page.good, page.total);
  const window = windowText(page.window);
  const measured =
    bad === null ? `no event in ${window}` : `${percentText(bad)} of ${countText(page.total)} ${what} in ${window}`;
  const tooFew = page.state === 'ok' && page.reason !== null ? ` (${page.reason})` : '';
  return `${head}: ${measured}${tooFew}; it fires ${limit}.`;
}

/** What a bad event is, and when there are too many, from the threshold as the document has it. */
function readThreshold(threshold: string): { readonly what: string; readonly limit: string } {
  const latency = /^p([\d.]+) > (.+)$/.exec(threshold);
  if (latency) {
    const allowed = 1 - Number(latency[1]) / 100;
    return { what: `events over ${latency[2]}`, limit: `above ${percentText(Number(allowed.toPrecision(6)))}` };
  }
  const errors = /^errors > (.+)$/.exec(threshold);
  if (errors) return { what: 'events failed', limit: `above ${errors[1]}` };
  const down = /^down for (.+)$/.exec(threshold);
  if (down)
    return {
      what: 'probe runs failed',
      limit: `when none succeeds for ${windowText((down[1] ?? '').replace(' ', ''))}`,
    };
  return { what: 'events were bad', limit: `on ${threshold}` };
}
