/** The report as people and machines read it. */
import { expect, test } from 'vitest';
import { readinessShapes } from '../../contract/index.ts';
import { assessReadiness } from '../assess.ts';
import { campusInput, declared, edge } from '../campus-fixture.ts';
import { renderReport } from './render.ts';

const report = assessReadiness(
  campusInput(
    { P1: 'XXXXOXXXOXXXXX', P3: 'oxoxoxoxoxoxox', P5: '--------------' },
    {
      facts: declared({ improvementsDone: true, gpuInference: false, monolithCost: 280, approvedBudget: 450 }),
      coupling: [edge('posts', 'users'), edge('feed', 'posts'), edge('search', 'posts')],
    },
  ),
);
const text = renderReport(report, 'text');
const markdown = renderReport(report, 'markdown');

test('no line is wider than 100 columns but commands, which are whole to be copied', () => {
  const wide = text.split('\n').filter((line) => line.length > 100 && !line.trimStart().startsWith('$'));
  expect(wide).toEqual([]);
  expect(text).toContain('$ seamwatch facts set engineers 14 --source TEXT --owner WHO --expires 2027-02-18');
  expect(text).not.toMatch(/[ \t]$/m);
});

test('every domain stands in the decision table, whatever its verdict', () => {
  const rows = text.slice(text.indexOf('DOMAIN '), text.indexOf('The "3 or more'));
  for (const { domain, verdict } of report.verdicts) expect(rows).toMatch(new RegExp(`^${domain} .*${verdict}$`, 'm'));
});

test('the sections stand in their order', () => {
  const heads = [
    'EXTRACTION READINESS',
    'DOMAIN ',
    'NOTIFICATIONS ',
    'ANALYTICS ',
    'SERVICE LEVELS',
    'DO NOT EXTRACT',
    'CHECKLISTS',
    'UNKNOWN ',
    'EXIT 3',
  ];
  const positions = heads.map((head) => text.indexOf(`\n${head}`) + (text.startsWith(head) ? 1 : 0));
  expect(positions).toEqual([...positions].sort((left, right) => left - right));
  expect(Math.min(...positions)).toBeGreaterThanOrEqual(0);
});

test('a number that stands on simulated days says so in every place', () => {
  const stated = stringsOf(report).filter((line) => /\b6\.4 s\b/.test(line));
  expect(stated.length).toBeGreaterThan(2);
  for (const line of stated) expect(line).toContain('simulated');
  for (const shown of [text, markdown]) {
    const numbers = [...shown.replaceAll(/\s+/g, ' ').matchAll(/\b6\.4 s\b/g)];
    expect(numbers.length).toBeGreaterThan(2);
    for (const { index, input } of numbers) expect(input.slice(index, index + 80)).toContain('simulated');
  }
});

test('the cost is two ratios: 280 + 75 of 450 approved, and 355 to 280', () => {
  expect(text.replaceAll(/\s+/g, ' ')).toContain('0.789× the approved budget, 1.27× the monolith');
});

test('the exit lists what decides it, most severe code first', () => {
  const exit = text.slice(text.indexOf('\nEXIT 3'));
  expect(exit).toMatch(/3 {2}engineers is unknown and decides notifications/);
  expect(exit).toMatch(/4 {2}notifications: P1 has fired and no decision is recorded/);
});

test('markdown tables have as many cells in every row as in their head', () => {
  const lines = markdown.split('\n');
  const cells = (line: string): number => line.replaceAll('\\|', '').split('|').length;
  lines.forEach((line, index) => {
    if (line.startsWith('|') && lines[index - 1]?.startsWith('|') === true)
      expect(cells(line)).toBe(cells(lines[index - 1] ?? ''));
  });
  expect(lines.filter((line) => /^\| --- /.test(line)).length).toBeGreaterThan(4);
});

test('JSON is the contract and holds neither NaN nor Infinity', () => {
  const parsed: unknown = JSON.parse(renderReport(report, 'json'));
  expect(readinessShapes.readiness.parse(parsed)).toEqual(report);
  expect(parsed).toEqual(report);
});

test('an empty catalogue still renders, and says that nothing was judged', () => {
  const empty = assessReadiness(campusInput({}, { domains: [], triggers: [] }));
  expect(renderReport(empty, 'text')).toContain('No domain was assessed: the catalogue is empty.');
  expect(renderReport(empty, 'markdown')).toContain('## Exit 3');
  expect(empty.exit.code).toBe(3);
});

/** Every text anywhere in the report. */
function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}
