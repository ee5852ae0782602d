/** `seamwatch generate`: Prometheus rules, Grafana dashboards and k6 thresholds from the profile's objectives. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { dashboardModelOf, generateDashboards } from '../../../dashboards/index.ts';
import { generateThresholds } from '../../../loadtests/index.ts';
import { generateRules } from '../../../slo/index.ts';
import { buildProfile } from '../../app/index.ts';
import type { Config } from '../../config.ts';
import { defaultPort } from '../../kernel/conventions.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { configOf } from '../settings.ts';
import { table } from '../table.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

export interface GenerateOptions extends CommonOptions {
  /** Only compare. */
  readonly check?: boolean;
  /** Folder that gets dashboards/, slo/rules/ and loadtests/; default the package's own. */
  readonly out?: string;
  /** Address of the console in links of alerts; default the configuration's, else this machine's. */
  readonly publicUrl?: string;
  /** Address of Grafana in links of alerts. */
  readonly grafanaUrl?: string;
}

/** A file as it must be; `path` is relative to the output folder, with `/`. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** `leftover`: generated once, for something that is no longer there. */
export interface FileChange {
  readonly path: string;
  readonly change: 'same' | 'new' | 'changed' | 'leftover';
}

const generatedFolders = ['slo/rules/generated', 'dashboards/generated', 'loadtests/k6/generated'];
const defaultGrafanaUrl = 'http://127.0.0.1:3000';

/** Exit 1 when `--check` finds a file that differs. @throws CONFIG_INVALID, USAGE */
export function generate(options: GenerateOptions, world: World): number {
  const out = options.out ?? ownFolder(world);
  const files = generatedFiles(configOf(options, world), options);
  const changes = compare(out, files);
  const stale = changes.filter(({ change }) => change !== 'same');
  if (options.check !== true) write(out, files, stale);
  if (options.json === true) {
    world.out(
      `${JSON.stringify({ data: { out, files: changes }, meta: { check: options.check === true } }, null, 2)}\n`,
    );
  } else {
    world.out(options.check === true ? checked(changes, stale, out) : written(changes, stale, out));
  }
  return options.check === true && stale.length > 0 ? exitCode.finding : exitCode.fine;
}

/** Everything that follows from the profile under this configuration; the same input gives the same bytes. */
export function generatedFiles(
  config: Config,
  links: Pick<GenerateOptions, 'publicUrl' | 'grafanaUrl'> = {},
): readonly GeneratedFile[] {
  const profile = buildProfile(config, []);
  const { objectives, catalogue: domains, triggers } = profile;
  const name = profile.names.join(', ');
  const dashboards = generateDashboards(dashboardModelOf({ profile: name, domains, objectives, triggers }));
  const grafana = withoutSlash(links.grafanaUrl ?? defaultGrafanaUrl);
  const uid = uidOf(dashboards.find(({ path }) => path === 'generated/objective.json')?.text);
  const rules = generateRules(objectives, {
    profile: name,
    publicUrl: withoutSlash(links.publicUrl ?? config.publicUrl ?? `http://127.0.0.1:${defaultPort.console}`),
    dashboardUrl:
      uid === null ? null : (objective) => `${grafana}/d/${uid}?var-objective=${encodeURIComponent(objective)}`,
  });
  return [
    ...rules.map(({ path, text }) => ({ path: `slo/rules/${path}`, text })),
    ...dashboards.map(({ path, text }) => ({ path: `dashboards/${path}`, text })),
    generateThresholds(objectives),
  ];
}

/** The checkout itself; an installed package is nobody's place to write to, there it is the working directory. */
function ownFolder({ packageRoot }: World): string {
  return packageRoot.split(sep).includes('node_modules') ? '.' : packageRoot;
}

function uidOf(dashboard: string | undefined): string | null {
  const uid = dashboard === undefined ? null : (JSON.parse(dashboard) as { readonly uid?: unknown }).uid;
  return typeof uid === 'string' ? uid : null;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function compare(out: string, files: readonly GeneratedFile[]): readonly FileChange[] {
  const wanted = new Set(files.map(({ path }) => path));
  const leftovers = generatedFolders.flatMap((folder) => {
    const full = join(out, folder);
    const names = existsSync(full) ? readdirSync(full, { recursive: true, withFileTypes: true }) : [];
    return names
      .filter((entry) => entry.isFile())
      .map((entry) => relative(out, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => !wanted.has(path));
  });
  return [
    ...files.map(({ path, text }): FileChange => {
      const file = join(out, path);
      if (!existsSync(file)) return { path, change: 'new' };
      return { path, change: readFileSync(file, 'utf8') === text ? 'same' : 'changed' };
    }),
    ...leftovers.sort().map((path): FileChange => ({ path, change: 'leftover' })),
  ];
}

function write(out: string, files: readonly GeneratedFile[], stale: readonly FileChange[]): void {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  try {
    for (const { path } of stale) {
      const text = texts.get(path);
      const file = join(out, path);
      if (text === undefined) {
        rmSync(file);
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  } catch (error) {
    throw new AppError(
      'USAGE',
      `"${out}" cannot be written to: ${messageOf(error)}; give another folder with --out, or write permission`,
      { cause: error },
    );
  }
}

const spoken = { same: 'in step', new: 'new', changed: 'changed', leftover: 'removed' } as const;

function written(changes: readonly FileChange[], stale: readonly FileChange[], out: string): string {
  const count = changes.filter(({ change }) => change !== 'leftover').length;
  const head = `${count} files below ${out}: ${stale.length} written or removed, ${changes.length - stale.length} already in step`;
  const rows = changes.map(({ path, change }) => [path, spoken[change]]);
  return `${head}\n\n${table(['file', ''], rows)}\n`;
}

function checked(changes: readonly FileChange[], stale: readonly FileChange[], out: string): string {
  if (stale.length === 0) return `● ${changes.length} generated files below ${out} are in step\n`;
  const reason = { same: '', new: 'is missing', changed: 'differs', leftover: 'belongs to nothing any more' } as const;
  const lines = stale.map(({ path, change }) => `▲ ${path} ${reason[change]}`);
  return `${lines.join('\n')}\nrun seamwatch generate to bring ${stale.length === 1 ? 'it' : 'them'} in step\n`;
}
