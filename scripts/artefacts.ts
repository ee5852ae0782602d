/** Writes what is generated and committed: the API's OpenAPI document and the command-line reference. `--check` only compares. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { buildProgram } from '../src/cli/program.ts';
import type { World } from '../src/cli/world.ts';
import { fakeClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { openApiDocument } from '../src/server/index.ts';

const root = join(import.meta.dirname, '..');

/** Path from the root → content, as it must be. */
export function artefacts(): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return new Map([
    ['docs/openapi.json', `${JSON.stringify(openApiDocument(version), null, 2)}\n`],
    ['docs/commands.md', commandReference()],
  ]);
}

/** Paths whose file differs from what would be written. */
export function staleArtefacts(): string[] {
  return [...artefacts()].flatMap(([path, content]) => {
    const file = join(root, path);
    return existsSync(file) && readFileSync(file, 'utf8') === content ? [] : [path];
  });
}

function commandReference(): string {
  const world: World = {
    ...{ clock: fakeClock(0), log: silentLog, env: {}, version: '', packageRoot: root, columns: 100 },
    ...{ out: () => {}, note: () => {}, stop: new AbortController().signal },
  };
  const program = buildProgram(world, async () => {});
  const all = program.commands.flatMap((command) => [command, ...command.commands]);
  const parts = [program, ...all].map(
    (command) => `## ${titleOf(command)}\n\n\`\`\`text\n${helpOf(command).trim()}\n\`\`\`\n`,
  );
  return `# Commands\n\nMade from the program's own help; \`npm run artefacts\` writes it anew.\n\n${parts.join('\n')}`;
}

function titleOf(command: Command): string {
  const parent = command.parent === null ? '' : `${titleOf(command.parent)} `;
  return `${parent}${command.name()}`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  return text;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const stale = staleArtefacts();
  if (process.argv.includes('--check')) {
    process.stdout.write(
      stale.length === 0
        ? 'generated files are in step\n'
        : `out of step: ${stale.join(', ')}; run npm run artefacts\n`,
    );
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const [path, content] of artefacts()) writeFileSync(join(root, path), content);
    process.stdout.write(`wrote ${[...artefacts().keys()].join(', ')}\n`);
  }
}
