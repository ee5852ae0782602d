/** `seamwatch facts`: what people have declared, what is missing, and the way to write it into the configuration file. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Document, isMap, parseDocument } from 'yaml';
import { parseDeclared } from '../../app/index.ts';
import { checkConfig } from '../../config.ts';
import type { FactAnswer } from '../../contract/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { dayMs } from '../../kernel/duration.ts';
import { AppError } from '../../kernel/errors.ts';
import { configPathOf, defaultConfigFile } from '../settings.ts';
import { openSource } from '../source.ts';
import { table } from '../table.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

export interface SetFactOptions extends CommonOptions {
  readonly source?: string;
  readonly owner?: string;
  readonly asOf?: string;
  readonly expires?: string;
}

const lifeDays = 90;

/** Exit 3 when a fact that some rule asks for is unknown or stale. */
export async function listFacts(options: CommonOptions, world: World): Promise<number> {
  const source = openSource(options, world);
  try {
    const facts = await source.facts();
    world.out(
      options.json === true
        ? `${JSON.stringify({ data: facts, meta: { source: source.where } }, null, 2)}\n`
        : `${render(facts)}\n`,
    );
    return facts.some((fact) => fact.status !== 'known') ? exitCode.unknown : exitCode.fine;
  } finally {
    source.close();
  }
}

function render(facts: readonly FactAnswer[]): string {
  const rows = facts.map((fact) => [
    fact.status === 'known' ? '● known' : `◌ ${fact.status}`,
    fact.id,
    valueText(fact),
    fact.expiresAt === null ? '–' : fact.expiresAt.slice(0, 10),
    fact.status === 'known'
      ? `${fact.source}, ${fact.owner}${fact.synthetic ? ' (simulated)' : ''}`
      : (fact.reason ?? ''),
  ]);
  return table(['state', 'fact', 'value', 'expires', 'source, owner or what is missing'], rows);
}

function valueText({ value, unit }: FactAnswer): string {
  if (value === null) return '–';
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value} ${unit ?? ''}`.trim();
}

/** Writes one fact into the file, keeping its comments. @throws USAGE, CONFIG_INVALID before anything is written */
export function setFact(id: string, value: string, options: SetFactOptions, world: World): number {
  const { source, owner } = options;
  if (source === undefined || owner === undefined) {
    throw new AppError(
      'USAGE',
      `facts set ${id}: --source and --owner are needed, such as --source "HR system" --owner cto`,
    );
  }
  const path = configPathOf(options) ?? defaultConfigFile;
  const asOf = options.asOf ?? isoTime(world.clock.nowMs()).slice(0, 10);
  const expiresAt = options.expires ?? isoTime(Date.parse(asOf) + lifeDays * dayMs).slice(0, 10);
  editConfig(path, world, (document) => {
    document.setIn(['facts', id], document.createNode({ value: parseValue(value), source, owner, asOf, expiresAt }));
  });
  world.note(`${path}: ${id} = ${value}, true until ${expiresAt}\n`);
  return exitCode.fine;
}

/** Changes the file only if the result is a valid configuration. @throws CONFIG_INVALID */
export function editConfig(path: string, world: World, change: (document: Document) => void): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new AppError('CONFIG_INVALID', `${path}: not readable as YAML: ${document.errors[0]?.message}`);
  if (!isMap(document.contents)) document.contents = new Document({}).contents as typeof document.contents;
  change(document as unknown as Document);
  parseDeclared(checkConfig(document.toJS(), path, world.env), path);
  writeFileSync(path, document.toString());
}

function parseValue(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text.replaceAll('_', ''));
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
