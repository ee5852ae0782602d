/** The sentence of the status page: is the watcher alive, does it hear, can it tell anybody. */
import type { ObjectiveAnswer, ProbeAnswer, StatusAnswer } from '../../contract/index.ts';
import { refusedWords } from './refused-words.ts';
import { ageText, staleAfterMs } from './time.ts';
import { capitalise, listWords, numberWord } from './words.ts';

/** A probe is late when it has not run for three of its intervals. */
const lateAfter = 3;

/** What the status itself does not say. `heardAt`: {@link lastDataAt}; undefined while it is not read. */
export interface Known {
  readonly probes: readonly ProbeAnswer[];
  readonly heardAt: string | null | undefined;
}

/** "The watcher is alive: numbers are complete to 26 s ago, the app's last data are 14 s old. One of three sinks fails." */
export function watcherSentence(status: StatusAnswer, known: Known, nowMs: number): string {
  const troubles = troublesOf(status, known.probes, nowMs);
  const tail = troubles.length === 0 ? 'Nothing was refused, nothing waits.' : `${capitalise(listWords(troubles))}.`;
  return `${aliveWords(status, known.heardAt, nowMs)} ${tail}`;
}

/** The newest point that an app sent; the control plane's own probes do not prove that it hears anybody. */
export function lastDataAt(objectives: readonly Pick<ObjectiveAnswer, 'kind' | 'lastDataAt'>[]): string | null {
  const times = objectives.flatMap((one) =>
    one.lastDataAt === null || one.kind === 'availability' ? [] : [one.lastDataAt],
  );
  return times.sort().at(-1) ?? null;
}

function aliveWords(status: StatusAnswer, heardAt: Known['heardAt'], nowMs: number): string {
  const watermarkMs = status.watermark === null ? 0 : Date.parse(status.watermark);
  if (watermarkMs === 0) return 'The watcher runs and has judged nothing yet.';
  const age = ageText(nowMs - watermarkMs);
  if (nowMs - watermarkMs > staleAfterMs)
    return `The watcher answers but stands still: nothing has been complete since ${age}.`;
  const complete = `numbers are complete to ${age} ago`;
  if (heardAt === undefined) return `The watcher is alive: ${complete}.`;
  if (heardAt === null) {
    const isHeard = Object.values(status.intake.lastBodyAt).some((at) => at !== null);
    const words = isHeard ? 'nothing that arrives is counted by an objective yet' : 'no app has sent anything yet';
    return `The watcher is alive, but ${words}: ${complete}.`;
  }
  const dataAgeMs = nowMs - Date.parse(heardAt);
  if (dataAgeMs > staleAfterMs)
    return `The watcher is alive, but hears nothing: the app’s last data are ${ageText(dataAgeMs)} old.`;
  return `The watcher is alive: ${complete}, the app’s last data are ${ageText(dataAgeMs)} old.`;
}

function troublesOf(status: StatusAnswer, probes: readonly ProbeAnswer[], nowMs: number): string[] {
  const refused = refusedWords(status.intake);
  const failing = status.sinks.filter(({ state }) => state === 'failing').length;
  const queued = status.sinks.reduce((sum, one) => sum + one.queued, 0);
  const deaf = status.listeners.filter(({ ok }) => !ok).length;
  const late = lateProbes(probes, nowMs).length;
  return [
    ...(refused === null ? [] : [refused]),
    ...(failing === 0 ? [] : [partWords(failing, status.sinks.length, 'sink', 'fails', 'fail')]),
    ...(queued === 0 ? [] : [`${numberWord(queued)} notification${queued === 1 ? ' waits' : 's wait'}`]),
    ...(deaf === 0 ? [] : [partWords(deaf, status.listeners.length, 'listener', 'is closed', 'are closed')]),
    ...(late === 0 ? [] : [partWords(late, probes.length, 'probe', 'is late', 'are late')]),
  ];
}

/** Probes that should have run by now; those that were never run are not configured, which is not late. */
export function lateProbes(probes: readonly ProbeAnswer[], nowMs: number): readonly ProbeAnswer[] {
  return probes.filter((one) => one.lastRunAt !== null && nowMs - Date.parse(one.lastRunAt) > lateAfter * one.everyMs);
}

function partWords(part: number, all: number, noun: string, one: string, many: string): string {
  if (all === 1) return `the one ${noun} ${one}`;
  return `${numberWord(part)} of ${numberWord(all)} ${noun}s ${part === 1 ? one : many}`;
}
