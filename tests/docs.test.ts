/** The documents tell the truth about today: paths exist, commands exist, links lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../src/cli/program.ts';
import type { World } from '../src/cli/world.ts';
import { fakeClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { filesBelow, root } from './source-files.ts';

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs', ['.md'])];
const texts = documents.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

const world: World = {
  ...{ clock: fakeClock(0), log: silentLog, env: {}, version: '0', packageRoot: root, columns: 100 },
  ...{ out: () => {}, note: () => {}, stop: new AbortController().signal },
};
const program = buildProgram(world, async () => {});

describe('documents', () => {
  it('are there and not empty', () => {
    expect(texts.filter(({ text }) => text.length < 200).map(({ path }) => path)).toEqual([]);
    expect(texts.length).toBeGreaterThanOrEqual(4);
  });

  it('keep the README at 150 lines or fewer', () => {
    expect((texts[0]?.text ?? '').split('\n').length).toBeLessThanOrEqual(151);
  });

  it('name only paths that exist', () => {
    const forms = /`((?:src|slo|collector|examples|bench|scripts|tests|docs|\.ci)\/[\w./-]*)`/g;
    const named = texts.flatMap(({ path, text }) =>
      [...text.matchAll(forms)].map((match) => ({ path, target: match[1] ?? '' })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ target }) => !existsSync(join(root, target)))).toEqual([]);
  });

  it('link only to files that exist', () => {
    const broken = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .filter((match) => !existsSync(join(root, dirname(path), match[1] ?? '')))
        .map((match) => `${path} → ${match[1]}`),
    );
    expect(broken).toEqual([]);
  });

  it('show only npm scripts and commands that exist', () => {
    const scripts = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map((match) => `${path}: ${match[1]}`),
    );
    expect(scripts.filter((one) => manifest.scripts[one.split(': ')[1] ?? ''] === undefined)).toEqual([]);
    const known = new Set(program.commands.map((command) => command.name()));
    const commands = texts
      .filter(({ path }) => path !== 'CHANGELOG.md')
      .flatMap(({ path, text }) =>
        [...text.matchAll(/seamwatch -- ([a-z]+)|`seamwatch ([a-z]+)/g)].map((match) => ({
          path,
          name: match[1] ?? match[2] ?? '',
        })),
      );
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  it('give every command help with an example', () => {
    const silent: string[] = [];
    for (const command of program.commands) {
      let help = '';
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      const children = command.commands.map((one) => {
        let own = '';
        one.configureOutput({
          writeOut: (text) => {
            own += text;
          },
        });
        one.outputHelp();
        return own;
      });
      if (![help, ...children].some((text) => text.includes('Example: seamwatch '))) silent.push(command.name());
    }
    expect(silent).toEqual([]);
  });

  it('speak of no machine and of no package registry', () => {
    const odd = texts
      .filter(({ text }) => /\/root\/|\/home\/|\/work\/|registry\.npmjs|proxy\.golang/.test(text))
      .map(({ path }) => path);
    expect(odd).toEqual([]);
  });
});
