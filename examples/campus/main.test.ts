/** The command line, as a user meets it. */
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--conditions=source', main, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('--help lists every flag and ends', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const flag of ['--port', '--endpoint', '--token', '--faults', '--no-traffic', '--rate', '--data', '--help']) {
    expect(stdout).toContain(flag);
  }
});

test('a busy port is one line on stderr that says how to move it, and exit code 2', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await run('--port', String(port), '--endpoint', 'none');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    `campus: port ${port} on 127.0.0.1 is in use by another program; choose another with --port, 0 picks a free one\n`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test.each([
  [['--port', '70000'], '--port 70000 must be a whole number from 0 to 65535'],
  [['--rate', 'fast'], '--rate fast must be a number from 0.1 to 1000'],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('%j is refused with exit code 2', async (args, message) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('it prints its address, serves, and ends with code 0 when asked to', async () => {
  const child = spawn(process.execPath, [
    '--conditions=source',
    main,
    '--port',
    '0',
    '--endpoint',
    'none',
    '--rate',
    '50',
  ]);
  const url = await new Promise<string>((resolve) => {
    child.stdout.on('data', (data) => resolve(/http:\S+/.exec(String(data))?.[0] ?? ''));
  });
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
