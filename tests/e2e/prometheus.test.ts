/** A real Prometheus scrapes the control plane and the reference monolith; promtool finds nothing to say about either page. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTool, requireTool } from '../tools.ts';
import { type Running, startProgram, startScript, temporaryFolder, until } from './running.ts';

const prometheus = requireTool('prometheus');
const promtool = requireTool('promtool');
const folder = temporaryFolder();
const running: Running[] = [];
let url: string;
let app: string;

beforeAll(async () => {
  const plane = startScript([
    'src/cli/main.ts',
    'serve',
    '--port',
    '0',
    '--otlp-port',
    '0',
    '--data',
    join(folder.path, 'plane'),
  ]);
  running.push(plane);
  url = (await plane.says(/Console: (http\S+)/)).replace('Console: ', '');
  const campus = startScript(['examples/campus/main.ts', '--port', '0', '--endpoint', url]);
  running.push(campus);
  app = await campus.says(/http:\/\/127\.0\.0\.1:\d+/);
}, 90_000);

afterAll(async () => {
  for (const one of running.reverse()) await one.kill('SIGTERM');
  folder.remove();
});

describe.skipIf(promtool === null)(
  `promtool${promtool === null ? ` (skipped: ${missingTool('promtool')})` : ''}`,
  () => {
    it.each(['control plane', 'monolith'])(
      'has nothing to say about the page of the %s',
      async (name) => {
        const address = name === 'monolith' ? app : url;
        const page = await until(
          async () => {
            const text = await (await fetch(`${address}/metrics`)).text();
            return text.includes(
              name === 'monolith' ? 'domain_request_duration_seconds_bucket' : 'seamwatch_objective_state',
            )
              ? text
              : null;
          },
          60_000,
          () => 'no metrics yet',
        );
        const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'metrics'], { input: page });
        expect(`${stdout}${stderr}`).toBe('');
        expect(status).toBe(0);
      },
      70_000,
    );
  },
);

describe.skipIf(prometheus === null)(
  `prometheus${prometheus === null ? ` (skipped: ${missingTool('prometheus')})` : ''}`,
  () => {
    it('scrapes both and answers queries over what they say', async () => {
      const port = await freePort();
      const targets = [url, app].map((address) => `'${new URL(address).host}'`).join(', ');
      const config = join(folder.path, 'prometheus.yml');
      writeFileSync(
        config,
        `global: { scrape_interval: 1s }\nscrape_configs: [ { job_name: all, static_configs: [ { targets: [${targets}] } ] } ]\n`,
      );
      mkdirSync(join(folder.path, 'tsdb'), { recursive: true });
      const flags = [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder.path, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
      running.push(startProgram(prometheus ?? '', flags));
      const query = async (text: string): Promise<string[]> => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`).catch(
          () => null,
        );
        const body = (await answer?.json()) as { data?: { result: { value: [number, string] }[] } } | undefined;
        return body?.data?.result.map((one) => one.value[1]) ?? [];
      };
      const story = (): string => running.at(-1)?.printed().slice(-500) ?? '';
      expect(await until(async () => ((await query('up == 1')).length === 2 ? 2 : null), 60_000, story)).toBe(2);
      const requests = await until(
        async () => (await query('sum(domain_request_duration_seconds_count{entry="true"}) > 0'))[0],
        60_000,
        story,
      );
      expect(Number(requests)).toBeGreaterThan(0);
      expect((await query('count(seamwatch_objective_state == 1)')).map(Number)).toEqual([24]);
      expect((await query('count(seamwatch_trigger_state == 1)')).map(Number)).toEqual([6]);
    }, 150_000);
  },
);

/** Prometheus cannot take port 0 and say which it got. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
