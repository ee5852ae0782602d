/** The report in Markdown: tables that GitHub shows. */
import type { ReadinessReport, Verdict } from '../../contract/index.ts';
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

/** A part of the report in Markdown, without a line feed at its end. `domain` is set where it speaks of one alone. */
export interface MarkdownSection {
  readonly kind: 'header' | 'decisions' | 'verdict' | 'serviceLevels' | 'keep' | 'checklists' | 'unknown' | 'exit';
  readonly domain: string | null;
  readonly text: string;
}

/** The whole report, ending with a line feed. */
export function renderMarkdown(report: ReadinessReport): string {
  return `${markdownSections(report)
    .map(({ text }) => text)
    .join('\n\n')}\n`;
}

/** The parts in the order of the report; those with nothing to say are left out. */
export function markdownSections(report: ReadinessReport): readonly MarkdownSection[] {
  const detailed = report.verdicts.filter(({ verdict }) => verdict !== 'KEEP');
  const levels = bullets(`## Service levels: ${serviceLevelCounts(report)}`, serviceLevelLines(report));
  const sections: readonly MarkdownSection[] = [
    { kind: 'header', domain: null, text: header(report) },
    { kind: 'decisions', domain: null, text: decisionTable(report) },
    ...detailed.map((verdict) => ({ kind: 'verdict' as const, domain: verdict.domain, text: verdictSection(verdict) })),
    { kind: 'serviceLevels', domain: null, text: levels },
    { kind: 'keep', domain: null, text: keepTable(report) },
    { kind: 'checklists', domain: null, text: checklistTable(report) },
    { kind: 'unknown', domain: null, text: unknownTable(report) },
    { kind: 'exit', domain: null, text: exitSection(report) },
  ];
  return sections.filter(({ text }) => text !== '');
}

function header(report: ReadinessReport): string {
  const { meta } = report;
  const commit = meta.commit === null ? '' : `, commit \`${meta.commit.slice(0, 12)}\``;
  return [
    '# Extraction readiness',
    '',
    `**${escapeCell(report.sentence)}**`,
    '',
    `Profile ${meta.profile.join(' + ')}, ${windowText(report)}${commit}. ${escapeCell(provenanceText(report))}.`,
    ...(meta.synthetic
      ? ['', '> [!WARNING]', '> Part of the data is simulated; every number that stands on it says so.']
      : []),
  ].join('\n');
}

function decisionTable(report: ReadinessReport): string {
  const counted = report.threePlus.applicable;
  const titles = ['Domain', 'Trigger', ...(counted ? ['Criteria'] : []), 'Keep rules', 'Verdict'];
  const rows = report.verdicts.map((verdict) => [
    verdict.domain,
    triggerCell(report, verdict.domain),
    ...(counted ? [criteriaCell(report, verdict)] : []),
    rulesCell(report, verdict),
    `**${verdict.verdict}**`,
  ]);
  return table(titles, rows);
}

function verdictSection(verdict: Verdict): string {
  const rows: (readonly [string, readonly string[]])[] = [
    ['For', verdict.for.map(sourced)],
    ['Against', verdict.against.map(sourced)],
    ['Missing', verdict.missing.map(({ text, command }) => (command === null ? text : `${text} \`${command}\``))],
    ['Possible', verdict.completions.map((row) => `${row.verdict} if ${row.when}`)],
    ['Flips if', verdict.flips.map(({ text }) => text)],
    ['Cost', [verdict.cost.text]],
    ['Alternatives', verdict.alternatives],
    [
      'Decision',
      [
        verdict.decision === null
          ? 'none recorded'
          : `${verdict.decision.outcome} by ${verdict.decision.by} on ${verdict.decision.at.slice(0, 10)}`,
      ],
    ],
  ];
  const body = rows.flatMap(([title, texts]) =>
    texts.length === 0 ? [] : [[title, texts.map(escapeCell).join('<br>')]],
  );
  return [
    `## ${escapeCell(verdict.title)}: ${verdict.verdict}`,
    '',
    escapeCell(verdict.sentence),
    '',
    table(['', ''], body, true),
  ].join('\n');
}

function keepTable(report: ReadinessReport): string {
  const kept = report.verdicts.filter(({ verdict }) => verdict === 'KEEP');
  if (kept.length === 0) return '';
  const rows = kept.map((verdict) => [
    verdict.domain,
    verdict.sentence,
    verdict.flips.map(({ text }) => text).join('; '),
  ]);
  return `## Do not extract\n\n${table(['Domain', 'Why', 'Changes if'], rows)}`;
}

function checklistTable(report: ReadinessReport): string {
  if (report.checklists.length === 0) return '';
  const words = { true: 'done', false: 'not done', null: 'unknown' } as const;
  const rows = report.checklists.map(({ item, source, value, reason }) => [
    item,
    words[`${value}`],
    reason ?? '',
    source,
  ]);
  return `## Checklists\n\n${table(['Item', 'State', 'Reason', 'Source'], rows)}`;
}

function unknownTable(report: ReadinessReport): string {
  const ranked = report.unknowns.filter(({ flipsVerdicts }) => flipsVerdicts.length > 0);
  const rows = ranked.map(({ id, reason, flipsVerdicts, command }) => [
    id,
    flipsVerdicts.join(', '),
    reason,
    command === null ? '' : `\`${command}\``,
  ]);
  const idle = idleUnknowns(report);
  const parts = [
    `## Unknown: ${report.unknowns.length}`,
    ...(rows.length === 0 ? [] : [table(['Unknown', 'Decides', 'Reason', 'Close it with'], rows)]),
    ...(idle.length === 0 ? [] : [`No verdict depends on: ${idle.join(', ')}.`]),
  ];
  return parts.join('\n\n');
}

function exitSection({ exit }: ReadinessReport): string {
  const lines = exit.reasons.map(
    ({ code, text, lowered }) => `${code}: ${text}${lowered ? ' (not counted: --fail-on)' : ''}`,
  );
  return bullets(`## Exit ${exit.code}: ${exitMeaning(exit.code)}`, lines);
}

function bullets(title: string, lines: readonly string[]): string {
  return [title, ...(lines.length === 0 ? [] : ['']), ...lines.map((line) => `- ${escapeCell(line)}`)].join('\n');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[], escaped = false): string {
  const cells = (row: readonly string[]): string =>
    `| ${row.map((cell) => (escaped ? cell : escapeCell(cell))).join(' | ')} |`;
  return [cells(titles), `|${titles.map(() => ' --- ').join('|')}|`, ...rows.map(cells)].join('\n');
}

/** Pipes and line ends would break a table, angle brackets would vanish as HTML. */
function escapeCell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}
