/** What the page shows works: its configuration parses, its numbers are the policy's. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { routingKey } from './alerting-fixture.ts';
import { parseAlerts } from './index.ts';
import { policy } from './policy.ts';
import { routeOf } from './routing.ts';

const text = readFileSync(fileURLToPath(new URL('README.md', import.meta.url)), 'utf8');

it('its configuration is accepted and routes as it says', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const filled = yaml
    .replace(/\$\{PAGERDUTY_ROUTING_KEY\}/, routingKey)
    .replace(/\$\{WEBHOOK_SECRET\}/, 's'.repeat(16));
  const { alerts } = parse(filled) as { alerts: unknown };
  const { sinks, routes } = parseAlerts(alerts, 'README.md');
  const ids = sinks.map((sink) => sink.id);
  expect(ids).toEqual(['oncall', 'cluster', 'chat']);
  expect(routeOf({ domain: 'feed', severity: 'page', kind: 'self' }, routes, ids)).toEqual(['oncall', 'cluster']);
  expect(routeOf({ domain: 'search', severity: 'ticket', kind: 'probe' }, routes, ids)).toEqual(['chat']);
  expect(routeOf({ domain: null, severity: 'ticket', kind: 'self' }, routes, ids)).toEqual(['cluster']);
});

it('its numbers are those of the policy', () => {
  const minute = 60_000;
  const sentences = [
    `after ${policy.clearAfterMs / 1_000} s of ok`,
    `gone ends after ${policy.ruleGoneAfterMs / minute} min`,
    `fires and ${policy.echoMs / minute} min after; waits its own first ${policy.allDomainGraceMs / 1_000} s`,
    `waits ${policy.burnTicketGraceMs / minute} min; muted while the same domain pages, and ${policy.burnTicketEchoMs / 3_600_000} h after`,
    `${policy.longestSilenceMs / 86_400_000} days at most`,
    `up to ${policy.backoffCapMs / minute} min, at least ${policy.rateLimitedWaitMs / 1_000} s after a 429`,
    `a resolve is tried for ${policy.resolveGiveUpMs / 86_400_000} days`,
    `${policy.attemptsPerMinute} attempts a minute`,
    `within ${policy.sendTimeoutMs / 1_000} s is a yes`,
  ];
  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([]);
});
