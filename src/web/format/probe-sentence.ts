/** Sentences about probes: which are down, what confirms it, what they count for. */
import type { ProbeAnswer } from '../../contract/index.ts';
import { durationText } from './number.ts';
import { ageText } from './time.ts';
import { capitalise, listAtMost, numberWord, plural } from './words.ts';

const rank: Readonly<Record<ProbeAnswer['state'], number>> = { down: 0, unknown: 1, up: 2 };

/** Down first, then unknown, then as they came. */
export function byProbeUrgency(a: Pick<ProbeAnswer, 'state'>, b: Pick<ProbeAnswer, 'state'>): number {
  return rank[a.state] - rank[b.state];
}

/** "One of nine probes is down: a new post becomes searchable, since 12 min. Two are unknown." */
export function probesSentence(probes: readonly ProbeAnswer[], nowMs: number): string {
  const down = probes.filter((one) => one.state === 'down');
  const unknown = probes.filter((one) => one.state === 'unknown').length;
  const all = probes.length;
  const tail = unknown === 0 ? '' : ` ${capitalise(numberWord(unknown))} ${isAre(unknown)} unknown.`;
  if (all === 0) return 'No probe is configured.';
  if (unknown === all) return `Nothing can be said yet: ${all === 1 ? 'the probe is' : 'all probes are'} unknown.`;
  const [first] = down;
  if (!first) {
    const up = all - unknown;
    if (up < all)
      return `${capitalise(numberWord(up))} of ${numberWord(all)} probes ${isAre(up)} up, none is down.${tail}`;
    return all === 1 ? 'The one probe is up.' : `${all === 2 ? 'Both' : `All ${numberWord(all)}`} probes are up.`;
  }
  const titles = listAtMost(
    down.map((one) => one.title),
    2,
  );
  const head = `${capitalise(numberWord(down.length))} of ${numberWord(all)} probes ${isAre(down.length)} down`;
  return `${head}: ${titles}${sinceWords(first, nowMs)}.${tail}`;
}

/** "Down since 12 min: step found: not found after 5 s." */
export function probeSentence(probe: ProbeAnswer, nowMs: number): string {
  const since = probe.since === null ? '' : ` since ${ageText(nowMs - Date.parse(probe.since))}`;
  if (probe.state === 'unknown') return `Unknown${since}: ${bare(probe.reason ?? 'it has not run yet')}.`;
  const took = probe.durationMs === null ? '' : ` in ${durationText(probe.durationMs)}`;
  if (probe.state === 'up') {
    const failed = probe.steps.find((one) => one.state === 'failed');
    if (failed) return `Up${since}, but the last run failed at ${failed.title}: ${bare(failed.reason ?? 'no reason')}.`;
    const steps = probe.steps.length > 1 ? `all ${numberWord(probe.steps.length)} steps passed` : 'the last run passed';
    return `Up${since}: ${steps}${took}.`;
  }
  return `Down${since}: ${bare(probe.reason ?? 'the last runs failed')}.`;
}

/** When a failure is believed: "It is down when 2 of the last 3 runs failed." */
export function confirmationWords(confirm: ProbeAnswer['confirm']): string {
  if (confirm.failures <= 1 && confirm.of <= 1) return 'It is down as soon as one run fails.';
  if (confirm.failures === confirm.of) return `It is down when ${confirm.of} runs in a row failed.`;
  return `It is down when ${confirm.failures} of the last ${confirm.of} runs failed.`;
}

/** What its runs are counted for. */
export function countsWords(probe: Pick<ProbeAnswer, 'countsForUptime'>): string {
  const users = 'Its requests are kept out of the objectives of users.';
  return probe.countsForUptime
    ? `Its runs count for the uptime objective. ${users}`
    : `It does not count for the uptime objective; it alerts on its own. ${users}`;
}

/** A day in words, the text alternative of the strip: "2 860 runs in 24 h, 14 failed". */
export function runDayText(day: ProbeAnswer['day']): string {
  const ok = day.reduce((sum, slot) => sum + slot.ok, 0);
  const failed = day.reduce((sum, slot) => sum + slot.failed, 0);
  if (ok + failed === 0) return 'no run in the last 24 h';
  const gaps = day.filter((slot) => slot.ok + slot.failed === 0).length;
  const gapWords = gaps === 0 ? '' : `; ${durationText(gaps * 900_000)} without a run`;
  return `${plural(ok + failed, 'run')} in 24 h, ${failed === 0 ? 'none' : failed} failed${gapWords}`;
}

function sinceWords(probe: ProbeAnswer, nowMs: number): string {
  return probe.since === null ? '' : `, since ${ageText(nowMs - Date.parse(probe.since))}`;
}

function bare(text: string): string {
  return text.trim().replace(/\.$/, '');
}

function isAre(value: number): string {
  return value === 1 ? 'is' : 'are';
}
