/** `seamwatch report`: the extraction-readiness report. */
import { AppError } from '../../kernel/errors.ts';
import { type FailOn, lowerExit, renderReport } from '../../readiness/index.ts';
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
    const found = await source.readiness();
    const answer = { ...found, exit: lowerExit(found.exit.reasons, failOn) };
    world.out(renderReport(answer, format));
    world.note(`read from ${source.where}; exit ${answer.exit.code}\n`);
    return answer.exit.code;
  } finally {
    source.close();
  }
}

function parseFailOn(text: string): ReadonlySet<FailOn> {
  const asked = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  return new Set(asked.map(toFailOn));
}

function toFailOn(text: string): FailOn {
  const kind = kinds.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new AppError(
    'USAGE',
    `--fail-on "${text}" is not known; write any of ${kinds.join(', ')}, separated by commas`,
  );
}
