/** From a configured sink to one that sends. */
import { type AlertmanagerConfig, createAlertmanager } from './alertmanager.ts';
import { createPagerDuty, type PagerDutyConfig } from './pagerduty.ts';
import type { Sink, SinkSurroundings } from './sink.ts';
import { createWebhook, type WebhookConfig } from './webhook.ts';

export type SinkConfig = PagerDutyConfig | AlertmanagerConfig | WebhookConfig;

export function openSink(config: SinkConfig, surroundings: SinkSurroundings): Sink {
  switch (config.kind) {
    case 'pagerduty':
      return createPagerDuty(config, surroundings);
    case 'alertmanager':
      return createAlertmanager(config, surroundings);
    case 'webhook':
      return createWebhook(config, surroundings);
    default:
      return config satisfies never;
  }
}
