/** The exit code of a report: 2 > 1 > 3 > 4 > 0, every reason listed, lowered ones too. */
import type { ReadinessReport } from '../contract/index.ts';
import type { FailOn } from './readiness-input.ts';

/** The findings that decide the code, as sentences. */
export interface ExitParts {
  /** A usage or internal failure: code 2; null = none. */
  readonly failure: string | null;
  readonly gates: readonly string[];
  readonly unknowns: readonly string[];
  readonly decisions: readonly string[];
  /** Rules and triggers that were evaluated for some domain; zero is code 3. */
  readonly rulesEvaluated: number;
  readonly hasData: boolean;
}

export type Exit = ReadinessReport['exit'];
type ExitReason = Exit['reasons'][number];

const precedence: readonly number[] = [2, 1, 3, 4];

/** The exit of the findings; see {@link lowerExit} for `failOn`. */
export function exitOf(parts: ExitParts, failOn: ReadonlySet<FailOn>): Exit {
  const finding = (code: number, kind: FailOn) => (text: string) => ({ code, kind, text, lowered: false });
  const reasons: ExitReason[] = [
    ...(parts.failure === null ? [] : [empty(2, parts.failure)]),
    ...parts.gates.map(finding(1, 'gate')),
    ...(parts.rulesEvaluated === 0 ? [empty(3, 'no rule was evaluated: the profile or the catalogue is empty')] : []),
    ...(parts.hasData ? [] : [empty(3, 'no data at all: nothing was measured and nothing declared')]),
    ...parts.unknowns.map(finding(3, 'unknown')),
    ...parts.decisions.map(finding(4, 'decision')),
  ];
  return lowerExit(reasons, failOn);
}

/** `failOn` lowers the kinds it does not name to 0 but keeps their reasons; that nothing was judged is never lowered. */
export function lowerExit(found: readonly ExitReason[], failOn: ReadonlySet<FailOn>): Exit {
  const reasons = found.map((reason) => ({ ...reason, lowered: reason.kind !== 'empty' && !failOn.has(reason.kind) }));
  const counting = new Set(reasons.filter(({ lowered }) => !lowered).map(({ code }) => code));
  return { code: precedence.find((code) => counting.has(code)) ?? 0, reasons };
}

function empty(code: number, text: string): ExitReason {
  return { code, kind: 'empty', text, lowered: false };
}
