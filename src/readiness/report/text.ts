/** The report for a terminal: 100 columns, no colours. */
import type { ReadinessReport, Verdict } from '../../contract/index.ts';
import { labelled, labelledList, reportWidth, tableRow, wrapText } from './lines.ts';
import {
  criteriaCell,
  exitMeaning,
  idleUnknowns,
  provenanceText,
  rulesCell,
  serviceLevelCounts,
  serviceLevelLines,
  sourced,
  triggerCell,
  windowText,
} from './summary.ts';

/** The whole report, ending with a line feed. */
export function renderText(report: ReadinessReport): string {
  const detailed = report.verdicts.filter(({ verdict }) => verdict !== 'KEEP');
  const sections = [
    header(report),
    decisionTable(report),
    ...detailed.map(verdictBlock),
    serviceLevels(report),
    keepList(report),
    checklists(report),
    unknowns(report),
    exceptions(report),
    exit(report),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header(report: ReadinessReport): readonly string[] {
  const { meta } = report;
  const commit = meta.commit === null ? '' : `   commit ${meta.commit.slice(0, 12)}`;
  return [
    `EXTRACTION READINESS   ${meta.profile.join(' + ')}   ${windowText(report)}${commit}`,
    ...wrapText(`${meta.tool}, ${meta.generatedAt}; ${provenanceText(report)}`, reportWidth),
    '',
    ...wrapText(report.sentence, reportWidth),
  ];
}

function decisionTable(report: ReadinessReport): readonly string[] {
  const counted = report.threePlus.applicable;
  const widths = counted ? [17, 36, 13, 13, 21] : [17, 45, 17, 21];
  const titles = ['DOMAIN', 'TRIGGER', ...(counted ? ['CRITERIA'] : []), 'KEEP RULES', 'VERDICT'];
  const rows = report.verdicts.flatMap((verdict) => {
    const criteria = counted ? [criteriaCell(report, verdict)] : [];
    const trigger = triggerCell(report, verdict.domain);
    return tableRow([verdict.domain, trigger, ...criteria, rulesCell(report, verdict), verdict.verdict], widths);
  });
  const note = counted ? [] : [`The "3 or more criteria" rule is not applicable: no document of this profile has it.`];
  return [...tableRow(titles, widths), ...rows, ...note];
}

function verdictBlock(verdict: Verdict): readonly string[] {
  return [
    `${verdict.title.toUpperCase()}   ${verdict.verdict}`,
    ...wrapText(verdict.sentence, reportWidth - 2).map((line) => `  ${line}`),
    ...labelledList('FOR', verdict.for.map(sourced)),
    ...labelledList('', exemplarsOf(verdict)),
    ...labelledList('AGAINST', orNothing(verdict.against.map(sourced))),
    ...labelledList(
      'MISSING',
      verdict.missing.map(({ text }) => text),
    ),
    ...verdict.missing.flatMap(({ command }) => (command === null ? [] : [`${' '.repeat(16)}$ ${command}`])),
    ...labelledList(
      'POSSIBLE',
      verdict.completions.map((row) => `${row.verdict} if ${row.when}`),
    ),
    ...labelledList(
      'FLIPS IF',
      verdict.flips.map(({ text }) => text),
    ),
    ...labelled('COST', verdict.cost.text),
    ...labelledList('ALTERNATIVES', verdict.alternatives),
    ...labelled('DECISION', decisionText(verdict)),
  ];
}

function orNothing(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? ['nothing that was measured or declared'] : texts;
}

function exemplarsOf(verdict: Verdict): readonly string[] {
  const ids = [...new Set(verdict.for.flatMap(({ exemplars }) => exemplars))].slice(0, 4);
  return ids.length === 0 ? [] : [`example traces: ${ids.join(' ')}`];
}

function decisionText({ decision }: Verdict): string {
  if (decision === null) return 'none recorded';
  return `${decision.outcome} by ${decision.by} on ${decision.at.slice(0, 10)} (${decision.id})`;
}

function serviceLevels(report: ReadinessReport): readonly string[] {
  const lines = serviceLevelLines(report).flatMap((line) => labelled('', line, 2, 0));
  return [`SERVICE LEVELS   ${serviceLevelCounts(report)}`, ...lines];
}

function keepList(report: ReadinessReport): readonly string[] {
  const kept = report.verdicts.filter(({ verdict }) => verdict === 'KEEP');
  if (kept.length === 0) return [];
  const lines = kept.flatMap((verdict) => [
    ...labelled(verdict.domain, verdict.sentence, 2, 17),
    ...verdict.flips.flatMap(({ text }) => labelled('', `changes if ${text}`, 2, 17)),
  ]);
  return [`DO NOT EXTRACT   ${kept.length} of ${report.verdicts.length} domains`, ...lines];
}

function checklists(report: ReadinessReport): readonly string[] {
  if (report.checklists.length === 0) return [];
  const marks = { true: '[x]', false: '[ ]', null: '[?]' } as const;
  const lines = report.checklists.flatMap(({ item, source, value, reason }) => {
    const why = value === null && reason !== null ? ` - ${reason}` : '';
    return labelled(marks[`${value}`], `${item} (${source})${why}`, 2, 4);
  });
  return ['CHECKLISTS   [x] done  [ ] not done  [?] unknown', ...lines];
}

function unknowns(report: ReadinessReport): readonly string[] {
  if (report.unknowns.length === 0) return ['UNKNOWN   nothing'];
  const ranked = report.unknowns.filter(({ flipsVerdicts }) => flipsVerdicts.length > 0);
  const lines = ranked.flatMap(({ id, reason, flipsVerdicts, command }) => [
    ...labelled(id, `decides ${flipsVerdicts.join(', ')}: ${reason}`, 2, 20),
    ...(command === null ? [] : [`    $ ${command}`]),
  ]);
  const idle = idleUnknowns(report);
  const rest = idle.length === 0 ? [] : labelled('', `no verdict depends on: ${idle.join(', ')}`, 2, 0);
  return [`UNKNOWN   ${report.unknowns.length}, ranked by the verdicts they decide`, ...lines, ...rest];
}

function exceptions(report: ReadinessReport): readonly string[] {
  if (report.exceptions.length === 0) return [];
  const lines = report.exceptions.flatMap(({ rule, domain, reason, approver, expiresAt, expired }) =>
    labelled(
      rule,
      `${domain ?? 'every domain'}, ${reason}, signed by ${approver}, ${expired ? 'expired' : 'until'} ${expiresAt.slice(0, 10)}`,
      2,
      6,
    ),
  );
  return ['EXCEPTIONS', ...lines];
}

function exit(report: ReadinessReport): readonly string[] {
  const lines = report.exit.reasons.flatMap(({ code, text, lowered }) =>
    labelled(String(code), lowered ? `${text} (not counted: --fail-on)` : text, 2, 3),
  );
  return [`EXIT ${report.exit.code}   ${exitMeaning(report.exit.code)}`, ...lines];
}
