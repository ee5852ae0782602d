/** `seamwatch report`: the extraction-readiness report. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadinessReport, readinessShapes } from '../../contract/index.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { type FailOn, githubFailure, lowerExit, renderGithub, renderReport } from '../../readiness/index.ts';
import { askInstance } from '../instance.ts';
import { configOf, findData } from '../settings.ts';
import { openSource } from '../source.ts';
import type { CommonOptions, World } from '../world.ts';

/** `url`: an instance on another machine, in place of a data directory; default SEAMWATCH_URL, unless a directory is named. */
export interface ReportOptions extends CommonOptions {
  readonly format: string;
  readonly failOn: string;
  readonly url?: string;
}

const formats = ['text', 'markdown', 'json', 'github'] as const;
type Format = (typeof formats)[number];
const kinds = ['gate', 'unknown', 'decision'] as const;

/**
 * Prints the report; the exit code is the report's own. As `github` it goes to the job summary, annotations are printed, and where the
 * step has outputs `verdicts` names a file with the report as JSON.
 */
export async function report(options: ReportOptions, world: World): Promise<number> {
  const format = formats.find((known) => known === (options.json === true ? 'json' : options.format));
  if (format === undefined)
    throw new AppError('USAGE', `--format "${options.format}" is not known; write ${formats.join(', ')}`);
  try {
    const failOn = parseFailOn(options.failOn);
    const { where, found } = await read(options, format, world);
    const answer = { ...found, exit: lowerExit(found.exit.reasons, failOn) };
    show(answer, format, world);
    world.note(`read from ${where}; exit ${answer.exit.code}\n`);
    return answer.exit.code;
  } catch (error) {
    if (format === 'github') world.out(githubFailure(messageOf(error)));
    throw error;
  }
}

function show(answer: ReadinessReport, format: Format, world: World): void {
  if (format !== 'github') {
    world.out(renderReport(answer, format));
    return;
  }
  const { summary, annotations } = renderGithub(answer);
  world.out(annotations);
  const { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_OUTPUT: outputFile, RUNNER_TEMP: folder } = world.env;
  if (summaryFile) writeReport(summaryFile, summary, appendFileSync);
  else world.note('GITHUB_STEP_SUMMARY is not set, so no job summary is written\n');
  if (!outputFile || !folder) return;
  const file = join(folder, 'extraction-readiness.json');
  writeReport(file, renderReport(answer, 'json'), writeFileSync);
  writeReport(outputFile, `verdicts=${file}\n`, appendFileSync);
}

function writeReport(file: string, text: string, write: (file: string, text: string) => void): void {
  try {
    write(file, text);
  } catch (error) {
    const message = `the report can not be written to ${file}: ${messageOf(error)}; name a file in a folder that exists`;
    throw new AppError('USAGE', message, { cause: error });
  }
}

async function read(
  options: ReportOptions,
  format: Format,
  world: World,
): Promise<{ readonly where: string; readonly found: ReadinessReport }> {
  const url = options.url ?? (options.data === undefined ? world.env.SEAMWATCH_URL : undefined);
  if (url) return { where: url, found: await readFrom(url, options, world) };
  // On a pull request nobody looks for what is not there: facts alone must not pass for a measurement.
  const place = findData(options);
  if (format === 'github' && place.kind === 'nothing') {
    const message = `there is no database in ${place.dataDir}; restore seamwatch.db there or name a running instance by SEAMWATCH_URL`;
    throw new AppError('UNAVAILABLE', message);
  }
  const source = openSource(options, world);
  try {
    return { where: source.where, found: await source.readiness() };
  } finally {
    source.close();
  }
}

/** The token comes from the configuration, else from the environment, and is sent to this address alone. */
async function readFrom(url: string, options: ReportOptions, world: World): Promise<ReadinessReport> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new AppError('USAGE', `"${url}" is no address of an instance; write it like https://seamwatch.example.org`);
  const token = configOf(options, world).tokens.read ?? (world.env.SEAMWATCH_READ_TOKEN || null);
  const found = await askInstance<unknown>({ url: url.replace(/\/+$/, ''), token }, 'readiness').catch(withRemedy);
  const checked = readinessShapes.readiness.safeParse(found);
  if (checked.success) return checked.data;
  throw new AppError('UNAVAILABLE', `${url} answered with no report; it may be of another version`);
}

/** A pull request has no configuration with secrets: the token comes by the environment. */
function withRemedy(error: unknown): never {
  if (!(error instanceof AppError) || (error.code !== 'UNAUTHENTICATED' && error.code !== 'FORBIDDEN')) throw error;
  throw new AppError('UNAVAILABLE', `${error.message}; set SEAMWATCH_READ_TOKEN`, { cause: error });
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
