/** Holds the generated dashboards to what Grafana needs, to what its linter asks, and to what the product can emit. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileObjective, parseObjectives, parsePolicies } from '../slo/index.ts';
import { loadProfile, parseDomains } from '../src/domains/index.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';
import { prometheusName } from '../src/kernel/metric-name.ts';
import { parseTriggers } from '../src/readiness/index.ts';
import {
  type DashboardModel,
  dashboardModelOf,
  emittedNames,
  fillVariables,
  generateDashboards,
  queriesOf,
} from './index.ts';
import { colour } from './palette.ts';

interface Target {
  readonly refId?: string;
  readonly expr: string;
  readonly datasource?: { readonly uid?: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly mappings?: readonly { readonly options: Readonly<Record<string, { readonly text?: string }>> }[];
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
      readonly custom?: { readonly thresholdsStyle?: { readonly mode?: string }; readonly axisSoftMax?: number };
    };
  };
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query?: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
  readonly datasource?: { readonly uid?: string };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly editable: boolean;
  readonly refresh: string;
  readonly timezone: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly links: readonly { readonly type: string; readonly tags?: readonly string[]; readonly url?: string }[];
}

const generated = join(import.meta.dirname, 'generated');
const texts = new Map(readdirSync(generated).map((name) => [name, readFileSync(join(generated, name), 'utf8')]));
const dashboards = [...texts].map(([file, text]) => [file, JSON.parse(text) as Dashboard] as const);
const chosen = `\${datasource}`;
const builtIn = new Set(['__rate_interval', '__range', '__value', '__url_time_range']);
/** A value for every variable, so that a query is plain PromQL. */
const values: Readonly<Record<string, string>> = {
  ...{ job: '.+', instance: '.+', domain: 'feed', objective: 'api-latency', console_url: 'http://127.0.0.1:4600' },
  ...{ datasource: 'x', __rate_interval: '1m', __range: '6h' },
};

function campusModel(): DashboardModel {
  const raw = loadProfile('campus-connect');
  const domains = parseDomains(raw.domains, 'domains.yaml');
  const context = {
    domains: domains.map((domain) => domain.id),
    boundsOf: (signal: string) => (signal.endsWith('.duration') ? durationBoundsSeconds : null),
    policies: parsePolicies(raw.policies, 'policies.yaml'),
  };
  const definitions = parseObjectives(raw.objectives, 'objectives.yaml');
  const objectives = definitions.flatMap((definition) => [...compileObjective(definition, context)]);
  return dashboardModelOf({
    profile: raw.name,
    domains,
    objectives,
    triggers: parseTriggers(raw.triggers, 'triggers.yaml'),
  });
}

/** Everything that is wrong with one dashboard, as sentences. */
function findings(text: string): string[] {
  const dashboard = JSON.parse(text) as Dashboard;
  return [
    ...frameFindings(dashboard),
    ...variableFindings(dashboard, text),
    ...dashboard.panels.flatMap((panel) => panelFindings(panel)),
    ...gridFindings(dashboard.panels),
    ...queriesOf(text).flatMap(({ panel, refId, expr }) =>
      queryFindings(expr).map((found) => `${panel} ${refId}: ${found}`),
    ),
  ];
}

function frameFindings(dashboard: Dashboard): string[] {
  const ids = dashboard.panels.map((panel) => panel.id);
  const linked = dashboard.links.some((link) => link.type === 'dashboards' && link.tags?.includes('seamwatch'));
  const toConsole = dashboard.links.some((link) => link.url?.startsWith(`\${console_url}/`));
  return [
    ...(/^seamwatch-[a-z-]{1,30}$/.test(dashboard.uid) ? [] : [`uid "${dashboard.uid}"`]),
    ...(dashboard.schemaVersion === 42 ? [] : ['schemaVersion is not 42']),
    ...(dashboard.editable ? ['is editable although a file provides it'] : []),
    ...(dashboard.refresh === '30s' && dashboard.timezone === 'browser' ? [] : ['refresh or timezone']),
    ...(dashboard.tags.includes('seamwatch') ? [] : ['has no tag to be found by']),
    ...(new Set(ids).size === ids.length && ids.every((id) => id > 0) ? [] : ['panel ids repeat or are missing']),
    ...(linked ? [] : ['does not link to the other dashboards']),
    ...(toConsole ? [] : ['does not link to the console']),
  ];
}

function variableFindings({ templating }: Dashboard, text: string): string[] {
  const declared = new Set(templating.list.map((variable) => variable.name));
  const used = [...text.matchAll(/\$(?:\{(\w+)|(\w+))/g)].map(([, braced, bare]) => braced ?? bare ?? '');
  const source = templating.list.filter((variable) => variable.type === 'datasource');
  const scraped = templating.list.filter(({ name }) => name === 'job' || name === 'instance');
  return [
    ...used
      .filter((name) => !declared.has(name) && !builtIn.has(name) && name !== '__all')
      .map((name) => `$${name} is not declared`),
    ...(source.length === 1 &&
    source[0]?.name === 'datasource' &&
    source[0].label === 'Data source' &&
    source[0].query === 'prometheus'
      ? []
      : ['no data source to choose']),
    ...(scraped.length === 2 ? [] : ['no job or no instance to choose']),
    ...scraped
      .filter(({ multi, includeAll, allValue }) => !(multi && includeAll && allValue === '.+'))
      .map(({ name }) => `$${name} does not offer all`),
    ...templating.list
      .filter(({ type, refresh, datasource }) => type === 'query' && (refresh !== 2 || datasource?.uid !== chosen))
      .map(({ name }) => `$${name} does not follow the time range and the data source`),
    ...templating.list.filter(({ label }) => !label).map(({ name }) => `$${name} has no label`),
  ];
}

function panelFindings(panel: Panel): string[] {
  if (panel.type === 'row') return panel.title ? [] : [`row ${panel.id} has no title`];
  const { defaults } = panel.fieldConfig ?? { defaults: {} };
  const refIds = (panel.targets ?? []).map((target) => target.refId ?? '');
  const steps = defaults.thresholds?.steps ?? [];
  const lowest = steps[1]?.value ?? null;
  const said = /^\S.{20,}\.$/s.test(panel.description ?? '');
  const queried = [
    ...(panel.targets?.length ? [] : ['no query']),
    ...(refIds.every((id) => /^[A-Z]$/.test(id)) && new Set(refIds).size === refIds.length ? [] : ['refIds']),
    ...([panel, ...(panel.targets ?? [])].every(({ datasource }) => datasource?.uid === chosen)
      ? []
      : ['a fixed data source']),
    ...(defaults.unit ? [] : ['no unit']),
    ...(defaults.noValue === 'no data' ? [] : ['no text for no data']),
    ...(panel.type === 'timeseries' && steps.length > 1 && defaults.custom?.thresholdsStyle?.mode !== 'dashed'
      ? ['thresholds are not drawn dashed']
      : []),
    ...(panel.type === 'timeseries' && lowest !== null && (defaults.custom?.axisSoftMax ?? -1) < lowest
      ? ['the axis may end below the lowest threshold']
      : []),
    ...(panel.type === 'state-timeline' &&
    !defaults.mappings?.some(({ options }) =>
      Object.values(options).every((one) => /^[●▲◆◇◌–] \w/.test(one.text ?? '')),
    )
      ? ['states without words']
      : []),
  ];
  return [...(panel.title ? [] : ['no title']), ...(said ? [] : ['no description in a sentence']), ...queried].map(
    (found) => `panel ${panel.id} "${panel.title}": ${found}`,
  );
}

function gridFindings(panels: readonly Panel[]): string[] {
  const overlap = (one: Panel['gridPos'], two: Panel['gridPos']): boolean =>
    one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h;
  return panels.flatMap((panel, index) => [
    ...(panel.gridPos.x + panel.gridPos.w <= 24 && panel.gridPos.w > 0 && panel.gridPos.h >= 0
      ? []
      : [`panel ${panel.id} is wider than the page`]),
    ...panels
      .slice(index + 1)
      .filter((other) => overlap(panel.gridPos, other.gridPos))
      .map((other) => `panel ${panel.id} overlaps ${other.id}`),
  ]);
}

/** What is wrong with one query, once its variables are filled in. */
function queryFindings(expr: string): string[] {
  const known = emittedNames();
  const plain = fillVariables(expr, values);
  const found: string[] = [];
  for (const [range] of expr.matchAll(/\[[^\]]*\]/g)) {
    if (range !== '[$__rate_interval]' && range !== '[$__range:1m]') found.push(`range ${range}`);
  }
  if (/vector\s*\(/.test(plain)) found.push('puts a number where there is no data');
  parser.parse(plain).iterate({
    enter: (node) => {
      if (node.type.isError) found.push(`no PromQL at ${node.from}: ${plain}`);
      if (node.name !== 'VectorSelector') return;
      const selector = plain.slice(node.from, node.to);
      const name = /^\w+/.exec(selector)?.[0] ?? '';
      if (!known.has(name)) found.push(`nothing emits ${name}`);
      if (!/job=~/.test(selector) || !/instance=~/.test(selector)) found.push(`${name} without job and instance`);
      const isCounter = /_(total|bucket|count|sum)$/.test(name);
      const ancestors: string[] = [];
      for (let up = node.node.parent; up !== null; up = up.parent) ancestors.push(up.name);
      const isRated = ancestors.includes('MatrixSelector');
      const isOnlyNamed = / \* 0 \+ 1\)/.test(plain.slice(node.to));
      if (isCounter && !isRated && !isOnlyNamed) found.push(`counter ${name} without rate`);
      if (!isCounter && ancestors[0] === 'MatrixSelector') found.push(`rate of ${name}, which is no counter`);
    },
  });
  return found;
}

describe('the committed dashboards', () => {
  it('are what the profile campus-connect generates now', () => {
    const files = generateDashboards(campusModel());
    expect(
      files
        .filter(({ path, text }) => readFileSync(join(import.meta.dirname, path), 'utf8') !== text)
        .map(({ path }) => path),
    ).toEqual([]);
    expect(
      files
        .map(({ path }) => path)
        .filter((path) => path.startsWith('generated/'))
        .sort(),
    ).toEqual([...texts.keys()].map((name) => `generated/${name}`).sort());
  });

  it('have five ids and titles of their own', () => {
    expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(5);
    expect(new Set(dashboards.map(([, { title }]) => title)).size).toBe(5);
  });

  it.each([...texts])('%s holds every rule', (_file, text) => {
    expect(findings(text)).toEqual([]);
  });

  it('ask for more than a hundred numbers', () => {
    expect([...texts.values()].flatMap(queriesOf).length).toBeGreaterThan(100);
  });

  it('draw in colours of Okabe and Ito alone', () => {
    const allowed = new Set<string>([...Object.values(colour), 'transparent', 'text']);
    const drawn = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/"(?:color|fixedColor)": "([^"]+)"/g)].map(([, name]) => name),
    );
    expect(drawn.length).toBeGreaterThan(50);
    expect(drawn.filter((name) => !allowed.has(name ?? ''))).toEqual([]);
  });

  it('draw the documented search bounds of S1 §9.3: 100 ms, alert 500 ms', () => {
    const fleet = dashboards.find(([file]) => file === 'fleet.json')?.[1];
    const panel = fleet?.panels.find(({ title }) => title === 'search-latency');
    expect(panel?.fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value)).toEqual([null, 0.1, 0.5]);
    expect(panel?.description).toContain('100 ms, the documented alert at 500 ms');
  });

  it('draw P3 in milliseconds at 200 and at the clearing mark of 160, and bring the live seconds to milliseconds', () => {
    const board = dashboards.find(([file]) => file === 'extraction.json')?.[1];
    const live = board?.panels.find(({ title }) => title === 'P3: right now');
    expect(live?.fieldConfig?.defaults.unit).toBe('ms');
    expect(live?.fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value)).toEqual([null, 160, 200]);
    expect(live?.targets?.[0]?.expr).toMatch(/phase="total".* \/ 0\.001$/);
  });

  it('find the data source and the folder that the provisioning names', () => {
    const read = (path: string): unknown =>
      parse(readFileSync(join(import.meta.dirname, 'provisioning', path), 'utf8'));
    expect(read('datasources/seamwatch.yaml')).toMatchObject({
      apiVersion: 1,
      datasources: [{ uid: 'seamwatch-prometheus', type: 'prometheus', url: 'http://prometheus:9090' }],
    });
    expect(read('dashboards/seamwatch.yaml')).toMatchObject({
      apiVersion: 1,
      providers: [{ folder: 'Seamwatch', type: 'file', options: { path: '/var/lib/grafana/dashboards' } }],
    });
  });
});

describe('the rules', () => {
  const good = texts.get('domain.json') ?? '';
  const broken: readonly (readonly [string, (text: string) => string, string])[] = [
    [
      'an undeclared variable',
      (text) => text.replaceAll('"$domain\\"', '"$domian\\"').replaceAll('$domain\\"', '$domian\\"'),
      '$domian is not declared',
    ],
    [
      'a metric that nothing emits',
      (text) => text.replaceAll('domain_call_duration_seconds_count', 'domain_calls_total'),
      'nothing emits domain_calls_total',
    ],
    ['a query that does not parse', (text) => text.replace('sum by (le) (rate', 'sum by (le (rate'), 'no PromQL at'],
    ['a fixed rate window', (text) => text.replace('[$__rate_interval]', '[5m]'), 'range [5m]'],
    [
      'a selector without job',
      (text) => text.replace('count{job=~\\"$job\\",instance', 'count{instance'),
      'without job and instance',
    ],
    ['a repeated panel id', (text) => text.replace('"id": 3,', '"id": 2,'), 'panel ids repeat'],
    ['a missing unit', (text) => text.replace('"unit": "reqps",', ''), 'no unit'],
    [
      'a missing description',
      (text) => text.replace(/"description": "Requests from outside[^"]+"/, '"description": ""'),
      'no description in a sentence',
    ],
    [
      'a fixed data source',
      (text) => text.replace(/("panels"[\s\S]*?"uid": )"\$\{datasource\}"/, '$1"abc"'),
      'a fixed data source',
    ],
    [
      'undrawn thresholds',
      (text) => text.replaceAll('"mode": "dashed"', '"mode": "off"'),
      'thresholds are not drawn dashed',
    ],
    ['an overlap', (text) => text.replace('"x": 8,', '"x": 7,'), 'overlaps'],
  ];

  it.each(broken)('see %s', (_what, breakIt, found) => {
    const text = breakIt(good);
    expect(text).not.toBe(good);
    expect(() => JSON.parse(text)).not.toThrow();
    const seen = found.startsWith('$domian') ? undeclared(text) : findings(text);
    expect(seen.join('\n')).toContain(found);
  });

  /** The undeclared variable has no value either, so only this rule is asked. */
  function undeclared(text: string): string[] {
    return variableFindings(JSON.parse(text) as Dashboard, text);
  }

  it('see a counter shown without its rate and a rate of what is no counter', () => {
    const matchers = '{job=~"$job",instance=~"$instance"}';
    expect(queryFindings(`sum(seamwatch_intake_spans_total${matchers})`)).toEqual([
      'counter seamwatch_intake_spans_total without rate',
    ]);
    expect(queryFindings(`rate(seamwatch_series${matchers}[$__rate_interval])`)).toEqual([
      'rate of seamwatch_series, which is no counter',
    ]);
    expect(queryFindings(`sum(seamwatch_series${matchers}) or vector(0)`)).toEqual([
      'puts a number where there is no data',
    ]);
  });
});

describe('other profiles', () => {
  const jsonOf = (model: DashboardModel) => generateDashboards(model).filter(({ path }) => path.endsWith('.json'));

  it('without a single objective or trigger still give dashboards that hold every rule', () => {
    const empty = jsonOf({ profile: 'none', domains: [], objectives: [], triggers: [] });
    expect(empty.flatMap(({ text }) => findings(text))).toEqual([]);
    expect(empty.flatMap(({ text }) => queriesOf(text)).length).toBeGreaterThan(50);
  });

  it('may have a console of their own, which every link then leads to', () => {
    const files = generateDashboards(campusModel(), { consoleUrl: 'https://seams.example.org/' });
    const domain = JSON.parse(files.find(({ path }) => path.endsWith('domain.json'))?.text ?? '{}') as Dashboard;
    const variable = domain.templating.list.find(({ name }) => name === 'console_url');
    expect(variable?.query).toBe('https://seams.example.org');
    expect(domain.links.map(({ url }) => url)).toContain(`\${console_url}/domains/\${domain:percentencode}`);
  });

  it('may have label values that PromQL must escape', () => {
    const [first] = campusModel().objectives;
    if (first?.latency === undefined || first.latency === null) throw new Error('the first objective has no latency');
    const where = { operation: 'GET /a"b\\c', channel: ['in.app', 'x|y'] };
    const objectives = [{ ...first, latency: { ...first.latency, where } }];
    const files = jsonOf({ profile: 'own', domains: [], objectives, triggers: [] });
    expect(files.flatMap(({ text }) => findings(text))).toEqual([]);
    const exprs = files.flatMap(({ text }) => queriesOf(text)).map(({ expr }) => expr);
    expect(exprs.some((expr) => expr.includes('operation="GET /a\\"b\\\\c",channel=~"in\\\\.app|x\\\\|y"'))).toBe(true);
  });
});

describe('names on the page', () => {
  it('are worked out: a histogram is in seconds, a counter of ms becomes seconds_total', () => {
    expect(prometheusName('domain.request.duration', 'histogram')).toBe('domain_request_duration_seconds');
    expect(prometheusName('runtime.cpu_ms', 'counter')).toBe('runtime_cpu_seconds_total');
    expect(prometheusName('feed.reads_per_load', 'histogram')).toBe('feed_reads_per_load');
    expect(prometheusName('ws.connections', 'gauge')).toBe('ws_connections');
  });
});

describe('reading queries', () => {
  it('keeps the variables, names the panel and says what is instant', () => {
    const text = JSON.stringify({
      panels: [
        {
          type: 'row',
          title: 'r',
          panels: [{ title: 'inside', targets: [{ refId: 'A', expr: 'up{job="$job"}', instant: true }] }],
        },
        { title: 'outside', targets: [{ refId: 'B', expr: 'down' }] },
      ],
    });
    expect(queriesOf(text)).toEqual([
      { panel: 'inside', refId: 'A', expr: 'up{job="$job"}', isInstant: true },
      { panel: 'outside', refId: 'B', expr: 'down', isInstant: false },
    ]);
  });

  it('fills a variable in each of its three forms, and takes the whole name', () => {
    const filled = fillVariables(`$a \${a} \${a:regex} $ab rate(x[$__rate_interval])`, {
      a: '1',
      ab: '2',
      __rate_interval: '1m',
    });
    expect(filled).toBe('1 1 1 2 rate(x[1m])');
  });

  it('refuses a variable without a value by name', () => {
    expect(() => fillVariables('up{job="$job"}', {})).toThrow(
      'the query "up{job="$job"}" uses $job, which has no value; pass one',
    );
  });
});

describe('the model', () => {
  it('carries a latency only where apps send the histogram, with both bounds in seconds', () => {
    const { objectives } = campusModel();
    const of = (id: string) => objectives.find((one) => one.id === id);
    expect(of('feed-load')?.latency).toEqual({
      signal: 'domain.request.duration',
      where: { domain: 'feed', entry: 'true', operation: 'GET /api/feed' },
      ...{ atMostSeconds: 0.3, pageAtMostSeconds: 1 },
    });
    expect(of('uptime')?.latency).toBeNull();
    expect(of('notification-email')?.latency).toBeNull();
    expect(of('api-latency')?.burnFactors).toEqual([14.4, 6, 3, 1]);
  });

  it('carries the live signal of a trigger that one signal measures, and none of a declared fact or a contrast', () => {
    const { triggers } = campusModel();
    const of = (id: string) => triggers.find((one) => one.id === id);
    expect(of('P4')?.live).toEqual({ signal: 'media.storage.bytes', where: {}, quantile: null, perUnit: 1e9 });
    expect([of('P2')?.live, of('P5')?.live]).toEqual([null, null]);
  });
});
