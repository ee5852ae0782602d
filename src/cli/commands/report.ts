/** `seamwatch report`: the extraction-readiness report. */
import type { ReadinessReport } from '../../contract/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { renderReport } from '../../readiness/index.ts';
import { openSource } from '../source.ts';
import type { CommonOptions, World } from '../world.ts';

export interface ReportOptions extends CommonOptions {
  readonly format: string;
  readonly failOn: string;
}

const formats = ['text', 'markdown', 'json'] as const;
const kinds = ['gate', 'unknown', 'decision'] as const;

/** Prints the report; the exit code is the report's own. */
export async function report(options: ReportOptions, world: World): Promise<number> {
  const format = formats.find((known) => known === (options.json === true ? 'json' : options.format));
  if (format === undefined)
    throw new AppError('USAGE', `--format "${options.format}" is not known; write ${formats.join(', ')}`);
  const failOn = parseFailOn(options.failOn);
  const source = openSource(options, world);
  try {
    const answer = lower(await source.readiness(), failOn);
    world.out(renderReport(answer, format));
    world.note(`read from ${source.where}; exit ${answer.exit.code}\n`);
    return answer.exit.code;
  } finally {
    source.close();
  }
}

function parseFailOn(text: string): ReadonlySet<string> {
  const asked = text
    .split(',')
    .map((kind) => kind.trim())
    .filter((kind) => kind !== '');
  const odd = asked.find((kind) => !kinds.some((known) => known === kind));
  if (odd !== undefined)
    throw new AppError(
      'USAGE',
      `--fail-on "${odd}" is not known; write any of ${kinds.join(', ')}, separated by commas`,
    );
  return new Set(asked);
}

/** Lowers the kinds that must not fail to 0; their reasons stay. Precedence 2 > 1 > 3 > 4 > 0. */
export function lower(answer: ReadinessReport, failOn: ReadonlySet<string>): ReadinessReport {
  const reasons = answer.exit.reasons.map((reason) => ({
    ...reason,
    lowered: reason.kind !== 'empty' && !failOn.has(reason.kind),
  }));
  const standing = new Set(reasons.filter((reason) => !reason.lowered).map((reason) => reason.code));
  return { ...answer, exit: { code: [2, 1, 3, 4].find((code) => standing.has(code)) ?? 0, reasons } };
}
