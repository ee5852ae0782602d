/** Proves before running that an objective can be measured and that its alerts can fire, and says when. */

import { sliceMs } from '../src/kernel/conventions.ts';
import { formatDurationMs } from '../src/kernel/duration.ts';
import type { CompiledObjective, Proof, ProofIssue } from './compiled.ts';
import type { BurnPair } from './definition.ts';
import { detectionsOf } from './detection.ts';
import { pageThreshold, pairName, spokenDuration, spokenShare, windowName } from './wording.ts';

/** A short window needs this many slices. */
const leastSlices = 2;

/** From this share of bad events on, a pair is worth a warning: it only sees near-total failure. */
const nearTotal = 0.5;

/**
 * `expectedPerMinute`: events a minute in quiet hours, when known; then it is also shown whether one failure alone fires.
 * A composite or an objective that does not apply has nothing to prove.
 */
export function proveObjective(compiled: CompiledObjective, expectedPerMinute?: number): Proof {
  if (compiled.notApplicable !== null || compiled.kind === 'composite') return { issues: [], detection: [] };
  const pairs = compiled.policy?.pairs ?? [];
  return {
    issues: [
      ...measureIssues(compiled),
      ...windowIssues(compiled),
      ...pageIssues(compiled),
      ...pairs.flatMap((pair) => pairIssues(compiled, pair, expectedPerMinute)),
    ],
    detection: detectionsOf(compiled),
  };
}

function measureIssues(compiled: CompiledObjective): readonly ProofIssue[] {
  const problems = [compiled.unmeasurable, compiled.pageUnmeasurable].filter((problem) => problem !== null);
  if (!compiled.boundsKnown) {
    return [
      warning(`no series of ${compiled.selector?.signal ?? compiled.id} was seen yet: its buckets are not known`),
    ];
  }
  return problems.map(error);
}

function windowIssues(compiled: CompiledObjective): readonly ProofIssue[] {
  return compiled.windows.flatMap((window, index): readonly ProofIssue[] => {
    if (window.kind === 'calendar') return [];
    if (window.lengthMs < leastSlices * sliceMs.fine) return [tooShort(`window ${windowName(window)}`)];
    if (index === 0 || window.minEvents * compiled.budget >= 1 - 1e-9 || window.minFailures > 1) return [];
    return [
      warning(
        `window ${windowName(window)}: one failure among ${window.minEvents} events breaches it; raise minEvents to ${Math.ceil(1 / compiled.budget - 1e-9)} or set minFailures`,
      ),
    ];
  });
}

function pageIssues(compiled: CompiledObjective): readonly ProofIssue[] {
  const { page } = compiled;
  if (page === null) return [];
  const name = `page ${pageThreshold(page, compiled.target)}`;
  if (page.overMs < leastSlices * sliceMs.fine) return [tooShort(`${name}: window ${formatDurationMs(page.overMs)}`)];
  const limit = page.kind === 'errors' ? page.above : page.kind === 'down' ? 1 : compiled.budget;
  if (page.minFailures > 1 || page.minEvents * limit >= 1 - 1e-9) return [];
  return [
    warning(
      `${name}: one failure among ${page.minEvents} events fires it; raise minEvents to ${Math.ceil(1 / limit - 1e-9)} or set minFailures`,
    ),
  ];
}

function pairIssues(
  compiled: CompiledObjective,
  pair: BurnPair,
  expectedPerMinute: number | undefined,
): readonly ProofIssue[] {
  const name = `burn ${pairName(pair)}`;
  const limit = pair.factor * compiled.budget;
  const ceiling = Number((1 / compiled.budget).toPrecision(6));
  const issues: ProofIssue[] = [];
  if (pair.shortMs < leastSlices * sliceMs.fine) issues.push(tooShort(`${name}: short window`));
  if (pair.factor < 1) {
    issues.push(error(`${name}: a factor below 1 fires while the objective is met; write at least 1`));
  }
  if (limit >= 1 - 1e-9) {
    issues.push(
      error(
        `${name}: can never fire, with every event bad the rate is ${ceiling}×; write a factor below ${ceiling} or raise the target`,
      ),
    );
  } else if (limit >= nearTotal) {
    issues.push(warning(`${name}: fires only when more than ${spokenShare(limit)} of the events are bad`));
  }
  const expected = expectedPerMinute === undefined ? null : (expectedPerMinute * pair.longMs) / 60_000;
  if (expected !== null && limit < 1 && pair.minFailures === 1 && expected < 1 / limit) {
    issues.push(
      error(`${name}: at ${expectedPerMinute} events a minute one failure exceeds it; set minFailures to 2 or more`),
    );
  }
  return [...issues, ...spendingIssues(compiled, pair, name)];
}

/** A policy made for another budget window spends another share of the budget before it fires. */
function spendingIssues(compiled: CompiledObjective, pair: BurnPair, name: string): readonly ProofIssue[] {
  const [first] = compiled.windows;
  if (first.kind === 'calendar' || compiled.policy === null || first.lengthMs >= compiled.policy.windowMs) return [];
  const spent = (pair.factor * pair.longMs) / first.lengthMs;
  const made = spokenDuration(compiled.policy.windowMs);
  const text = `${name}: made for a window of ${made}, spends ${spokenShare(spent)} of the budget of ${windowName(first)} before it fires`;
  return [warning(text)];
}

function tooShort(what: string): ProofIssue {
  return error(
    `${what} is shorter than ${leastSlices} slices of ${spokenDuration(sliceMs.fine)}; write at least ${formatDurationMs(leastSlices * sliceMs.fine)}`,
  );
}

function error(message: string): ProofIssue {
  return { severity: 'error', message };
}

function warning(message: string): ProofIssue {
  return { severity: 'warning', message };
}
