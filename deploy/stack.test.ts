/** docker-compose.yml and what it mounts agree with each other and with the generated files; `docker compose` itself is not needed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generatedFiles } from '../src/cli/commands/generate.ts';
import { validate } from '../src/cli/commands/validate.ts';
import { checkConfig } from '../src/config.ts';
import { fakeClock } from '../src/kernel/clock.ts';
import { defaultPort } from '../src/kernel/conventions.ts';
import { parseDurationMs } from '../src/kernel/duration.ts';
import { silentLog } from '../src/kernel/log.ts';
import { missingTool, requireTool } from '../tests/tools.ts';
import { exists, layOut, mountsOf, root, type Service, stack, text, variablesIn, yaml } from './stack-fixture.ts';

interface PrometheusConfig {
  readonly global: { readonly scrape_interval: string };
  readonly rule_files: readonly string[];
  readonly alerting: { readonly alertmanagers: readonly { readonly static_configs: readonly Targets[] }[] };
  readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly Targets[] }[];
}

interface Targets {
  readonly targets: readonly string[];
}

const promtool = requireTool('promtool');
const alertmanager = requireTool('prometheus-alertmanager');
const services = Object.entries(stack.services);
const prometheus = yaml<PrometheusConfig>('deploy/prometheus.yml');
const environment = Object.fromEntries(
  [...text('deploy/example.env').matchAll(/^(\w+)=/gm)].map(([, name = '']) => [name, `value-of-${name}`]),
);
const config = checkConfig(yaml('deploy/seamwatch.yaml'), 'deploy/seamwatch.yaml', environment);
const folder = mkdtempSync(join(tmpdir(), 'seamwatch-deploy-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function serviceNamed(name: string): Service {
  const service = stack.services[name];
  if (service === undefined) throw new RangeError(`no service ${name}`);
  return service;
}

/** Container ports of a service, by what it publishes. */
function portsOf(service: Service): readonly string[] {
  return service.ports.map((port) => port.split(':').at(-1) ?? '');
}

/** `http://prometheus:9090` and `alertmanager:9093` reach a service that listens there. */
function isServed(address: string): boolean {
  const { hostname, port } = new URL(address.includes('://') ? address : `http://${address}`);
  const service = stack.services[hostname];
  return service !== undefined && portsOf(service).includes(port);
}

describe('docker-compose.yml', () => {
  it('mounts only what is in the repository, read-only, and volumes that it declares', () => {
    const mounts = services.flatMap(([, service]) => mountsOf(service));
    expect(mounts.filter(({ isBind }) => isBind).length).toBe(6);
    expect(mounts.filter(({ source, isBind }) => isBind && !exists(source))).toEqual([]);
    expect(
      services.flatMap(([, { volumes }]) => volumes.filter((one) => one.startsWith('./') && !one.endsWith(':ro'))),
    ).toEqual([]);
    expect(mounts.flatMap(({ source, isBind }) => (isBind ? [] : [source])).sort()).toEqual(
      Object.keys(stack.volumes).sort(),
    );
  });

  it('opens every port to this machine only, each once', () => {
    const ports = services.flatMap(([, service]) => service.ports);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('pins every image by a full version, and Node to the version that package.json names', () => {
    for (const [name, { image }] of services) expect(image, name).toMatch(/:v?\d+\.\d+\.\d+$/);
    const { devDependencies, version } = JSON.parse(text('package.json')) as {
      devDependencies: { node: string };
      version: string;
    };
    const bases = [...text('deploy/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(bases).toEqual([`node:${devDependencies.node}-slim`, `node:${devDependencies.node}-slim`]);
    expect(serviceNamed('seamwatch').image).toBe(`seamwatch:${version}`);
  });

  it('watches the health of every service at a port where it listens, and starts none before what it needs', () => {
    for (const [name, service] of services) {
      const url = /http:\/\/([\w.]+):(\d+)/.exec(service.healthcheck.test.join(' '));
      expect(['127.0.0.1', service.hostname], name).toContain(url?.[1]);
      expect(portsOf(service), name).toContain(url?.[2]);
      for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect([Object.keys(stack.services).includes(needed), condition]).toEqual([true, 'service_healthy']);
      }
    }
  });

  it('asks the environment for what deploy/example.env explains, and for nothing else', () => {
    const secrets = Object.values(stack.secrets).map((one) => one.environment);
    const asked = new Set([...variablesIn(text('docker-compose.yml')), ...secrets]);
    expect([...asked].sort()).toEqual(Object.keys(environment).sort());
    const given = Object.keys(serviceNamed('seamwatch').environment ?? {});
    expect([...variablesIn(text('deploy/seamwatch.yaml'))].filter((name) => !given.includes(name))).toEqual([]);
  });

  it('uses only secrets that it declares', () => {
    const used = services.flatMap(([, service]) =>
      (service.secrets ?? []).map((one) => (typeof one === 'string' ? one : one.source)),
    );
    expect(used.sort()).toEqual(Object.keys(stack.secrets).sort());
  });

  it('builds from files that exist, with a script that exists', () => {
    const { build } = serviceNamed('seamwatch');
    expect(build).toEqual({ context: '.', dockerfile: 'deploy/Dockerfile' });
    const dockerfile = text('deploy/Dockerfile');
    const copied = [...dockerfile.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    );
    const sources = copied
      .map((path) => path.replace('/seamwatch/', ''))
      .filter((path) => !['dist', 'node_modules'].includes(path));
    expect(sources).toContain('package-lock.json');
    expect(sources.filter((path) => !exists(path))).toEqual([]);
    const { scripts, bin } = JSON.parse(text('package.json')) as {
      scripts: Record<string, string>;
      bin: { seamwatch: string };
    };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([/npm run (\w+)/.exec(dockerfile)?.[1]]));
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${bin.seamwatch}"]`);
  });
});

describe('deploy/seamwatch.yaml', () => {
  it('passes seamwatch validate with the variables of deploy/example.env', () => {
    const world = {
      ...{ clock: fakeClock(0), log: silentLog, env: environment, version: '', packageRoot: root, columns: 100 },
      ...{ out: () => {}, note: () => {}, stop: new AbortController().signal },
    };
    expect(validate({ config: join(root, 'deploy/seamwatch.yaml') }, world)).toBe(0);
  });

  it('listens by the name of its container, on the ports that are published', () => {
    const service = serviceNamed('seamwatch');
    expect(config.listen).toMatchObject({ host: service.hostname, port: defaultPort.console });
    expect(portsOf(service)).toEqual([String(config.listen.port), String(defaultPort.otlpHttp)]);
    expect(service.ports).toContain(`127.0.0.1:${new URL(config.publicUrl ?? '').port}:${config.listen.port}`);
  });

  it('generates the files that are committed, so that whoever starts from it begins in step', () => {
    expect(generatedFiles(config)).toEqual(generatedFiles(checkConfig({}, 'the defaults', {})));
  });

  it('is where the image looks for it', () => {
    const [, file, , data] =
      /CMD \["serve", "--config", "(.*)", "(--data)", "(.*)"\]/.exec(text('deploy/Dockerfile')) ?? [];
    const targets = mountsOf(serviceNamed('seamwatch')).map(({ target }) => target);
    expect(targets).toEqual([file, data]);
  });
});

describe('deploy/prometheus.yml', () => {
  it.skipIf(promtool === null)(
    promtool === null
      ? missingTool('promtool')
      : 'passes promtool check config where the container has it, with every generated rule file',
    () => {
      layOut(serviceNamed('prometheus'), folder, 'secret');
      const file = join(folder, 'etc/prometheus/prometheus.yml');
      const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'config', file], { encoding: 'utf8' });
      expect(`${stderr}${stdout.match(/FAILED.*/)?.[0] ?? ''}`).toBe('');
      expect(status).toBe(0);
      expect(stdout).toContain(`${readdirSync(join(root, 'slo/rules/generated')).length} rule files found`);
      expect(serviceNamed('prometheus').command).toContain('--config.file=/etc/prometheus/prometheus.yml');
    },
  );

  it('scrapes and tells services that exist, at ports where they listen', () => {
    const scraped = prometheus.scrape_configs.flatMap((one) => one.static_configs.flatMap(({ targets }) => targets));
    const outside = scraped.filter((target) => !isServed(target));
    expect(outside).toEqual([`host.docker.internal:${defaultPort.campus}`, '127.0.0.1:9090']);
    const told = prometheus.alerting.alertmanagers.flatMap((one) =>
      one.static_configs.flatMap(({ targets }) => targets),
    );
    expect(told.map(isServed)).toEqual([true]);
  });

  it('keeps numbers longer than the longest window of the rules, and scrapes four times in the shortest', () => {
    const windows = readdirSync(join(root, 'slo/rules/generated')).flatMap((name) =>
      [...text(`slo/rules/generated/${name}`).matchAll(/^ +window: (\d+[mhd])$/gm)].map(([, window]) =>
        parseDurationMs(window ?? ''),
      ),
    );
    const kept = /retention\.time=(\w+)/.exec(serviceNamed('prometheus').command?.join(' ') ?? '')?.[1] ?? '';
    expect(parseDurationMs(kept)).toBeGreaterThan(Math.max(...windows));
    expect(parseDurationMs(prometheus.global.scrape_interval) * 4).toBeLessThanOrEqual(Math.min(...windows));
  });
});

describe('Grafana', () => {
  const [source] = yaml<{ datasources: readonly { url: string; jsonData: { timeInterval: string } }[] }>(
    'dashboards/provisioning/datasources/seamwatch.yaml',
  ).datasources;

  it('asks the Prometheus of the stack, and knows its scrape interval', () => {
    expect(isServed(source?.url ?? '')).toBe(true);
    expect(source?.jsonData.timeInterval).toBe(prometheus.global.scrape_interval);
  });

  it('finds the generated dashboards where its provisioning looks', () => {
    const [provider] = yaml<{ providers: readonly { options: { path: string } }[] }>(
      'dashboards/provisioning/dashboards/seamwatch.yaml',
    ).providers;
    const mounts = mountsOf(serviceNamed('grafana'));
    expect(mounts).toContainEqual({ source: './dashboards/generated', target: provider?.options.path, isBind: true });
    expect(mounts).toContainEqual({
      source: './dashboards/provisioning',
      target: '/etc/grafana/provisioning',
      isBind: true,
    });
  });

  it('is where the links of the generated alerts point, as is the console', () => {
    const addresses = text('slo/rules/generated/uptime.yaml').match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];
    const published = services.flatMap(([, service]) =>
      service.ports.map((port) => `http://${port.slice(0, port.lastIndexOf(':'))}`),
    );
    expect(new Set(addresses).size).toBe(2);
    expect([...new Set(addresses)].filter((address) => !published.includes(address))).toEqual([]);
  });
});

describe.skipIf(alertmanager === null)(
  alertmanager === null ? missingTool('prometheus-alertmanager') : 'deploy/alertmanager.yml',
  () => {
    const amtool = join(dirname(alertmanager ?? ''), 'amtool');
    const file = join(root, 'deploy/alertmanager.yml');

    it('passes amtool check-config', () => {
      const { status, stdout, stderr } = spawnSync(amtool, ['check-config', file], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(stdout).toContain('3 inhibit rules');
      expect(status).toBe(0);
    });

    it('calls nobody until a key is there, and reads the key where the stack puts it', () => {
      const { stdout } = spawnSync(
        amtool,
        ['config', 'routes', 'test', `--config.file=${file}`, 'severity=page', 'domain=search'],
        { encoding: 'utf8' },
      );
      expect(stdout.trim()).toBe('nobody');
      expect(text('deploy/alertmanager.yml')).toContain('routing_key_file: /run/secrets/pagerduty_routing_key');
      expect(serviceNamed('alertmanager').secrets).toEqual(['pagerduty_routing_key']);
    });
  },
);
