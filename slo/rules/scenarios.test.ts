/** Worked scenarios through the generated rules in Prometheus' own rule tester. */
import { describe, expect, it } from 'vitest';
import { missingTool, requireTool } from '../../tests/tools.ts';
import type { CompiledObjective } from '../compiled.ts';
import { compileExample, examplePolicy } from '../example-objective.ts';
import { generateRules, type RuleFile } from './index.ts';
import { type ExpressionTest, type InputSeries, promtoolTest } from './promtool-fixture.ts';

const promtool = requireTool('promtool');
const options = { profile: 'test', publicUrl: 'http://127.0.0.1:4600', dashboardUrl: null };
const errors = compileExample({ window: '30d', burn: 'google-30d' }, { policy: examplePolicy(3) });
const latency = compileExample({
  id: 'api-latency',
  sentence: 'API p95 latency < 200 ms, alert > 500 ms',
  indicator: {
    kind: 'latency',
    signal: 'domain.request.duration',
    where: { entry: true },
    share: 0.95,
    atMost: '200ms',
  },
  window: '30d',
  page: { atMost: '500ms', over: '5m', minEvents: 20 },
});
const uptime = compileExample({
  id: 'uptime',
  indicator: { kind: 'availability', signal: 'probe.result', target: 0.999, source: 'probe' },
  window: '30d',
  page: { downFor: '5m' },
});

/** How many minutes how many events a minute; the string `gone` ends the series. */
type Stretch = readonly [minutes: number, perMinute: number] | 'gone' | 'restart';

/** One value a minute, from 0 at minute 0. A counter without events yet is not there, as pages write it. */
function counter(series: string, stretches: readonly Stretch[]): InputSeries {
  let value = 0;
  const values = stretches.flatMap((stretch) => {
    if (stretch === 'gone') return ['stale'];
    if (stretch === 'restart') {
      value = 0;
      return [];
    }
    const [minutes, perMinute] = stretch;
    const before = value;
    value += minutes * perMinute;
    return Array.from({ length: minutes }, (_, minute) => String(before + (minute + 1) * perMinute));
  });
  const begun = values.findIndex((text) => text !== '0');
  const isBornLate = begun > 0 && series.includes('outcome="error"');
  return { series, values: ['0', ...values].map((text, at) => (isBornLate && at <= begun ? '_' : text)).join(' ') };
}

function requests(outcome: string, stretches: readonly Stretch[]): InputSeries {
  return counter(
    `domain_request_duration_seconds_count{domain="feed",entry="true",outcome="${outcome}",job="app",instance="a:1"}`,
    stretches,
  );
}

function within(le: string, stretches: readonly Stretch[]): InputSeries {
  return counter(
    `domain_request_duration_seconds_bucket{domain="feed",entry="true",outcome="ok",le="${le}",job="app",instance="a:1"}`,
    stretches,
  );
}

const up: InputSeries = { series: 'up{job="app",instance="a:1"}', values: '1x300' };
const quick = 'SeamwatchObjectiveBurn page 1h/5m';
const slow = 'SeamwatchObjectiveBurn page 6h/30m';
const tickets = ['SeamwatchObjectiveBurn ticket 1d/2h', 'SeamwatchObjectiveBurn ticket 3d/6h'];
const page = 'SeamwatchObjectivePage page 5m';
const noData = 'SeamwatchObjectiveNoData ticket';

/** Exactly these alerts fire then. */
function firing(time: string, alerts: readonly string[]): ExpressionTest {
  return {
    expr: 'count by (alertname, severity, window) (ALERTS{alertstate="firing"})',
    eval_time: time,
    exp_samples: alerts.map((alert) => {
      const [alertname, severity, window] = alert.split(' ');
      const labels = window === undefined ? '' : `, window="${window}"`;
      return { labels: `{alertname="${alertname}", severity="${severity}"${labels}}`, value: 1 };
    }),
  };
}

function eventsOfTheHour(time: string, value: number): ExpressionTest {
  const name = 'seamwatch:objective_events:increase';
  return {
    expr: `${name}{window="1h"}`,
    eval_time: time,
    exp_samples: [{ labels: `${name}{objective="checkout", domain="all", window="1h"}`, value }],
  };
}

/** Without those about the control plane, which is not there in most scenarios. */
function rulesOf(objective: CompiledObjective): readonly RuleFile[] {
  return generateRules([objective], options).filter(({ path }) => path !== 'generated/seamwatch.yaml');
}

function run(objective: CompiledObjective, input: readonly InputSeries[], expected: readonly ExpressionTest[]): string {
  const rules = rulesOf(objective);
  const test = { name: 'scenario', interval: '1m', input_series: input, promql_expr_test: expected };
  return promtoolTest(promtool ?? '', rules, '1m', [test]);
}

describe.skipIf(promtool === null)(promtool === null ? missingTool('promtool') : 'generated alerts', () => {
  it('pages 2 min into a total outage at 99.9 % (200 of 6000 is surely above 1.44 %), until 5 min were clean', () => {
    const ok = requests('ok', [
      [60, 100],
      [10, 0],
      [40, 100],
    ]);
    const failed = requests('error', [
      [60, 0],
      [10, 100],
      [40, 0],
    ]);
    const all = [quick, slow, ...tickets];
    // The last outage minute leaves the 5 min at minute 75; one minute more is kept.
    const expected = [firing('60m', []), firing('62m', [quick]), firing('75m', all), firing('77m', [slow, ...tickets])];
    expect(run(errors, [up, ok, failed], expected)).toBe('');
  });

  it('counts the first failures of an application that never failed before, from the moment they are on the page', () => {
    const first: ExpressionTest = {
      expr: 'round(seamwatch:objective_errors:ratio{window="5m"}, 0.0001)',
      eval_time: '61m',
      exp_samples: [{ labels: '{objective="checkout", domain="all", window="5m"}', value: 0.2 }],
    };
    expect(
      run(
        errors,
        [
          up,
          requests('ok', [
            [60, 100],
            [1, 0],
          ]),
          requests('error', [
            [60, 0],
            [1, 100],
          ]),
        ],
        [first],
      ),
    ).toBe('');
  });

  it('raises the documented page when p95 is above 500 ms over 5 min, until they were clean', () => {
    const half: readonly Stretch[] = [
      [30, 10],
      [10, 5],
      [20, 10],
    ];
    const input = [up, requests('ok', [[60, 10]]), within('0.2', half), within('0.5', half)];
    expect(
      run(latency, input, [firing('30m', []), firing('31m', [page]), firing('44m', [page]), firing('47m', [])]),
    ).toBe('');
  });

  it('keeps that page silent below its 20 requests, however slow they are', () => {
    const input = [up, requests('ok', [[60, 3]]), within('0.2', [[60, 0]]), within('0.5', [[60, 0]])];
    expect(run(latency, input, [firing('60m', [])])).toBe('');
  });

  it('raises the page of an uptime when every probe of 5 min failed, not a minute before', () => {
    const own = (name: string): string => `${name}{objective="uptime",domain="",job="seamwatch",instance="s:1"}`;
    const input = [
      { series: 'up{job="seamwatch",instance="s:1"}', values: '1x100' },
      { series: 'seamwatch_objective_state{objective="uptime",state="unknown"}', values: '0x100' },
      counter(own('seamwatch_objective_events_total'), [[60, 2]]),
      counter(own('seamwatch_objective_good_total'), [
        [30, 2],
        [10, 0],
        [20, 2],
      ]),
    ];
    expect(
      run(uptime, input, [firing('34m', []), firing('35m', [page]), firing('40m', [page]), firing('43m', [])]),
    ).toBe('');
  });

  it('stays silent without traffic and records no ratio, because 0 of 0 is nothing', () => {
    const none: ExpressionTest = { expr: 'seamwatch:objective_errors:ratio', eval_time: '90m', exp_samples: [] };
    expect(run(errors, [up, requests('ok', [[120, 0]])], [none, eventsOfTheHour('90m', 0), firing('90m', [])])).toBe(
      '',
    );
  });

  it('raises the alert about missing data 15 min after the counters left the 5 min window', () => {
    const input = [up, requests('ok', [[30, 10], 'gone'])];
    expect(run(errors, input, [firing('30m', []), firing('49m', []), firing('52m', [noData])])).toBe('');
  });

  it('raises it for a probed objective that the control plane calls unknown, and when the control plane is gone', () => {
    const series = 'seamwatch_objective_state{objective="uptime",state="unknown"}';
    const state = { series, values: '0x10 1x20 0x20 stale' };
    const expected = [firing('20m', []), firing('27m', [noData]), firing('40m', []), firing('75m', [noData])];
    expect(run(uptime, [state], expected)).toBe('');
  });

  it('does not page for one failure at 1 request a minute, although 1 of 60 is above 1.44 %', () => {
    const input = [
      up,
      requests('ok', [
        [60, 1],
        [1, 0],
        [60, 1],
      ]),
      requests('error', [
        [60, 0],
        [1, 1],
        [60, 0],
      ]),
    ];
    expect(run(errors, input, [firing('61m', []), firing('65m', []), firing('120m', [])])).toBe('');
  });

  it('pages at three failures of three requests, not at two of two: the policy wants three', () => {
    const only = (failures: number) => [
      up,
      requests('ok', [[70, 0]]),
      requests('error', [
        [60, 0],
        [failures, 1],
        [10 - failures, 0],
      ]),
    ];
    expect(run(errors, only(2), [firing('63m', [])])).toBe('');
    expect(run(errors, only(3), [firing('63m', [quick])])).toBe('');
  });

  it('pages at the third failure in a row at 1 request a minute', () => {
    const input = [
      up,
      requests('ok', [
        [60, 1],
        [10, 0],
      ]),
      requests('error', [
        [60, 0],
        [10, 1],
      ]),
    ];
    expect(run(errors, input, [firing('62m', []), firing('63m', [quick])])).toBe('');
  });

  it('counts on through a restart of the application', () => {
    const ok = requests('ok', [[60, 100], 'restart', [60, 100]]);
    expect(run(errors, [up, ok], [eventsOfTheHour('90m', 6_000), firing('90m', [])])).toBe('');
  });

  it('says in words what is wrong, by how much, and where to go on', () => {
    const rules = rulesOf(latency);
    const half: readonly Stretch[] = [[60, 5]];
    const alert = {
      eval_time: '30m',
      alertname: 'SeamwatchObjectivePage',
      exp_alerts: [
        {
          exp_labels: { objective: 'api-latency', domain: 'all', severity: 'page', window: '5m' },
          exp_annotations: {
            summary: 'api-latency: p95 > 500 ms',
            reason:
              '50% of the events of the last 5m are bad, the documented alert begins above 5 %. Documented: "API p95 latency < 200 ms, alert > 500 ms" (S1 §9.3).',
            runbook_url: 'http://127.0.0.1:4600/runbooks/objective-page',
            objective_url: 'http://127.0.0.1:4600/objectives/api-latency',
          },
        },
      ],
    };
    const input_series = [up, requests('ok', [[60, 10]]), within('0.2', half), within('0.5', half)];
    const test = { name: 'text', interval: '1m', input_series, alert_rule_test: [alert] };
    expect(promtoolTest(promtool ?? '', rules, '1m', [test])).toBe('');
  });

  it('says that the control plane is gone after 5 min, and that it is behind after 5 min of numbers older than 2 min', () => {
    const series = { series: 'seamwatch_series', values: '10x30 stale' };
    // In step for 10 min, then standing still.
    const steps = Array.from({ length: 30 }, (_, minute) => Math.min(minute, 10) * 60);
    const watermark = { series: 'seamwatch_watermark_timestamp_seconds', values: `${steps.join(' ')} stale` };
    const behind = 'SeamwatchControlPlaneBehind ticket';
    const down = 'SeamwatchControlPlaneDown page';
    const expected = [firing('17m', []), firing('18m', [behind]), firing('35m', []), firing('36m', [down])];
    const test = { name: 'watcher', interval: '1m', input_series: [series, watermark], promql_expr_test: expected };
    expect(promtoolTest(promtool ?? '', generateRules([], options), '1m', [test])).toBe('');
  });
});
