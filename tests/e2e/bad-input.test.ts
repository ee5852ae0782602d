/** Each kind of bad input gets one clear message that says what to do, the documented exit code, and loses nothing. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StatusAnswer } from '../../src/contract/index.ts';
import { data, runScript, startScript, temporaryFolder } from './running.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const cli = (...args: string[]) => runScript(['src/cli/main.ts', ...args]);
const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
/** One line on stderr that starts with the product's name, nothing on stdout. */
const expectOneMessage = (answer: { code: number | null; out: string; err: string }, message: RegExp): void => {
  expect(answer).toMatchObject({ code: 2, out: '' });
  expect(answer.err.trim().split('\n')).toHaveLength(1);
  expect(answer.err).toMatch(message);
};

describe('bad input', () => {
  it.each([
    ['an unknown key', 'porfile: x\n', /unknown key "porfile"; remove it or correct its spelling/],
    ['a profile that does not exist', 'profile: campus-conect\n', /profile "campus-conect".*campus-connect/],
    ['YAML that is not closed', 'facts: {', /not readable as YAML/],
    [
      'a target in percent',
      'objectives: [ { id: x, sentence: s, source: d, indicator: { kind: errors, signal: domain.request.duration, target: 99.9 }, window: 30d } ]\n',
      /99\.9.*0\.999/,
    ],
    [
      'a fact without an owner',
      'facts: { engineers: { value: 3, source: HR, asOf: 2026-01-01 } }\n',
      /engineers.*owner/,
    ],
  ])('refuses %s in the configuration', async (name, text, message) => {
    expectOneMessage(await cli('validate', '--config', file(`${name.replace(/\W/g, '-')}.yaml`, text)), message);
  });

  it('refuses a configuration file that is not there', async () => {
    expectOneMessage(
      await cli('report', '--config', join(folder.path, 'none.yaml')),
      /none\.yaml" does not exist; give another with --config/,
    );
  });

  it('names a busy port and the flag that moves it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const answer = await cli('serve', '--port', String(port), '--otlp-port', '0', '--data', join(folder.path, 'busy'));
    taken.close();
    expectOneMessage(answer, new RegExp(`${port}.*--port`));
  });

  it('refuses a data directory that cannot be written, and says so once', async () => {
    const blocker = file('not-a-folder', 'x');
    expectOneMessage(
      await cli('serve', '--port', '0', '--otlp-port', '0', '--data', join(blocker, 'data')),
      /data directory ".*not-a-folder.data".*--data/,
    );
    expect(readFileSync(blocker, 'utf8')).toBe('x');
  });

  it('opens a damaged database: the damaged file is kept aside as it was, and what was lost is said', async () => {
    const path = join(folder.path, 'damaged');
    const flags = [
      'src/cli/main.ts',
      'serve',
      '--port',
      '0',
      '--otlp-port',
      '0',
      '--otlp-grpc-port',
      '0',
      '--data',
      path,
    ];
    const first = startScript(flags);
    await first.says(/Console: http/);
    expect(await first.kill('SIGTERM')).toBe(0);
    const database = join(path, 'seamwatch.db');
    const bytes = readFileSync(database);
    bytes.fill(0x5a, 0, 64);
    writeFileSync(database, bytes);
    expectOneMessage(await cli('report', '--data', path), /seamwatch\.db.*(move|--data|serve)/);
    const again = startScript(flags);
    const url = (await again.says(/Console: (http\S+)/)).replace('Console: ', '');
    const status = await data<StatusAnswer>(`${url}/api/v1/status`);
    expect(status.recovered).toMatch(/damaged/);
    expect(readFileSync(`${database}.damaged-1`).equals(bytes)).toBe(true);
    expect(await again.kill('SIGTERM')).toBe(0);
  }, 90_000);

  it('refuses a second writer on the same directory', async () => {
    const path = join(folder.path, 'shared');
    const first = startScript(['src/cli/main.ts', 'serve', '--port', '0', '--otlp-port', '0', '--data', path]);
    await first.says(/Console: http/);
    expectOneMessage(
      await cli('serve', '--port', '0', '--otlp-port', '0', '--data', path),
      /another running process.*--data/,
    );
    expect(await first.kill('SIGTERM')).toBe(0);
  }, 60_000);

  it('refuses to serve from the directory of the demo', async () => {
    expectOneMessage(
      await cli('serve', '--data', '.seamwatch/demo'),
      /simulated data; serve real traffic from another directory with --data/,
    );
  });

  it('serves from a directory that merely holds the demo beside its own data', async () => {
    const path = join(folder.path, 'both');
    mkdirSync(join(path, 'demo'), { recursive: true });
    const running = startScript(['src/cli/main.ts', 'serve', '--port', '0', '--otlp-port', '0', '--data', path]);
    await running.says(/Console: http/);
    expect(await running.kill('SIGTERM')).toBe(0);
  }, 60_000);

  it('refuses a directory in which the demo has run, whatever its name', async () => {
    const path = join(folder.path, 'was-demo');
    mkdirSync(path);
    writeFileSync(join(path, 'simulated-data.txt'), '');
    expectOneMessage(
      await cli('serve', '--port', '0', '--otlp-port', '0', '--data', path),
      /simulated data; serve real traffic/,
    );
  });

  it('answers a report without any data with 3, and an unknown trace with 3', async () => {
    const empty = join(folder.path, 'empty');
    const report = await cli('report', '--data', empty);
    expect(report.code).toBe(3);
    expect(report.out).toMatch(/no data at all/);
    const trace = await cli('trace', 'nobody-knows-it', '--data', empty);
    expect(trace).toMatchObject({ code: 3, out: '' });
    expect(trace.err).toMatch(/nothing is stored under "nobody-knows-it"/);
  });

  it('refuses an unknown command, flag value and port with exit 2', async () => {
    expect((await cli('reprot')).code).toBe(2);
    expectOneMessage(
      await cli('report', '--format', 'pdf', '--data', folder.path),
      /--format "pdf" is not known; write text, markdown, json/,
    );
    expectOneMessage(await cli('serve', '--port', 'http'), /--port "http" is not a port/);
  });
});
