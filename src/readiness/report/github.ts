/** The report on a pull request: a job summary and annotations, both within GitHub's limits. */
import type { ReadinessReport, Verdict } from '../../contract/index.ts';
import { type MarkdownSection, markdownSections } from './markdown.ts';
import { exitMeaning, serviceLevelLines } from './summary.ts';

/** What GitHub takes of one step (docs.github.com, workflow commands): bytes of its summary, annotations shown of each level. */
export interface GithubLimits {
  readonly summaryBytes: number;
  readonly annotationsPerLevel: number;
}

/** `summary` is Markdown for the file of a job summary; `annotations` are workflow commands for standard output, one a line. */
export interface GithubReport {
  readonly summary: string;
  readonly annotations: string;
}

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly text: string;
}

/** 1 MiB a step; ten annotations of a level are shown of a step, the others dropped in silence. */
export const githubLimits: GithubLimits = { summaryBytes: 1_048_576, annotationsPerLevel: 10 };

const levels: readonly Level[] = ['error', 'warning', 'notice'];

/** What needs attention first stands first, so that a cut costs what matters least. */
const order: readonly MarkdownSection['kind'][] = [
  ...(['header', 'exit', 'decisions', 'verdict', 'serviceLevels', 'unknown', 'checklists', 'keep'] as const),
];
const verdictOrder: readonly Verdict['verdict'][] = [
  ...(['EXTRACT_CANDIDATE', 'BLOCKED', 'INSUFFICIENT_EVIDENCE', 'PREPARE', 'KEEP'] as const),
];
const names: Readonly<Record<MarkdownSection['kind'], string>> = {
  header: 'the head',
  exit: 'the exit',
  decisions: 'the table of domains',
  verdict: 'the verdict',
  serviceLevels: 'service levels',
  unknown: 'unknowns',
  checklists: 'checklists',
  keep: 'domains to keep',
};

/** Errors are what fails the step, warnings what is found beside it, notices what `--fail-on` lowered and the verdicts. */
export function renderGithub(report: ReadinessReport, limits: GithubLimits = githubLimits): GithubReport {
  return { summary: summaryOf(report, limits.summaryBytes), annotations: annotationsOf(report, limits) };
}

/** One workflow command that says why there is no report. */
export function githubFailure(message: string): string {
  return command({ level: 'error', title: 'Extraction readiness: no report', text: message });
}

function summaryOf(report: ReadinessReport, limitBytes: number): string {
  const sections = worstFirst(report);
  const whole = `${sections.map(({ text }) => text).join('\n\n')}\n`;
  if (Buffer.byteLength(whole) <= limitBytes) return whole;
  // The line that says what is missing is longest when everything is.
  let left = limitBytes - Buffer.byteLength(leftOutLine(sections.map(nameOf), limitBytes)) - longestPartBytes;
  const kept: string[] = [];
  const missing: string[] = [];
  for (const section of sections) {
    const lines = missing.length > 0 ? [] : linesWithin(section.text, left);
    const text = lines.join('\n');
    left -= Buffer.byteLength(text) + 2;
    if (lines.length > 0) kept.push(text);
    const cut = section.text.split('\n').length - lines.length;
    if (cut > 0) missing.push(lines.length > 0 ? `${cut} lines of ${nameOf(section)}` : nameOf(section));
  }
  return `${kept.join('\n\n')}\n\n${leftOutLine(missing, limitBytes)}\n`;
}

/** Room for `123456 lines of `, which the longest line does not count. */
const longestPartBytes = 32;

function worstFirst(report: ReadinessReport): readonly MarkdownSection[] {
  const verdicts = new Map(report.verdicts.map(({ domain, verdict }) => [domain, verdictOrder.indexOf(verdict)]));
  const rank = ({ kind, domain }: MarkdownSection): number =>
    order.indexOf(kind) + (domain === null ? 0 : (verdicts.get(domain) ?? 0) / verdictOrder.length);
  return markdownSections(report).toSorted((left, right) => rank(left) - rank(right));
}

function linesWithin(text: string, bytes: number): readonly string[] {
  const lines = text.split('\n');
  let used = 0;
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1;
    return used > bytes;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

function nameOf({ kind, domain }: MarkdownSection): string {
  return domain === null ? names[kind] : `${names[kind]} on ${domain}`;
}

function leftOutLine(missing: readonly string[], limitBytes: number): string {
  const rest = 'The whole report: `seamwatch report --format markdown`.';
  const shown = missing.slice(0, 20).join(', ');
  const more = missing.length > 20 ? ` and ${missing.length - 20} more` : '';
  return `_Left out, because a summary holds at most ${limitBytes} bytes: ${shown}${more}. ${rest}_`;
}

function annotationsOf(report: ReadinessReport, { annotationsPerLevel }: GithubLimits): string {
  const all = findings(report);
  const lines = levels.flatMap((level) => {
    const own = all.filter((one) => one.level === level);
    if (own.length <= annotationsPerLevel) return own;
    const shown = own.slice(0, annotationsPerLevel - 1);
    const text = `${own.length - shown.length} more; the job summary has them all`;
    return [...shown, { level, title: 'Extraction readiness', text }];
  });
  return lines.map(command).join('');
}

function findings(report: ReadinessReport): readonly Annotation[] {
  const reasons = report.exit.reasons.map(({ code, text, lowered }): Annotation => {
    const level = lowered ? 'notice' : code === report.exit.code ? 'error' : 'warning';
    return { level, title: `Extraction readiness: ${exitMeaning(code)}`, text };
  });
  const breached = report.slos.filter(({ state }) => state === 'breached');
  const levelsBroken = serviceLevelLines({ ...report, slos: breached }).map(
    (text): Annotation => ({ level: 'warning', title: 'Service level breached', text }),
  );
  const verdicts = report.verdicts
    .filter(({ verdict }) => verdict !== 'KEEP')
    .toSorted((left, right) => verdictOrder.indexOf(left.verdict) - verdictOrder.indexOf(right.verdict))
    .map(
      ({ title, verdict, sentence }): Annotation => ({
        level: 'notice',
        title: `${title}: ${verdict}`,
        text: sentence,
      }),
    );
  return [...reasons, ...levelsBroken, ...verdicts];
}

/** Nothing that a report says can end its line and begin a command of its own. */
function command({ level, title, text }: Annotation): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(text)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
