/** The secrets among the sinks' settings, so that nothing that is quoted from anybody repeats one. */
import { basicAuth } from './basic-auth.ts';
import type { SinkConfig } from './open-sink.ts';

/** A shorter path is no secret, and cutting it out would mangle innocent text. */
const shortestPath = 8;

/** Routing keys, webhook secrets, passwords as given and as sent, and what follows the host in a webhook's address. */
export function secretsOf(configs: readonly SinkConfig[]): readonly string[] {
  return configs.flatMap((config) => {
    switch (config.kind) {
      case 'pagerduty':
        return [config.routingKey];
      case 'alertmanager':
        return basicAuth(config.userInfo).secrets;
      case 'webhook':
        return [config.secret, ...basicAuth(config.userInfo).secrets, ...pathSecrets(config.url)];
      default:
        return config satisfies never;
    }
  });
}

function pathSecrets(address: string): readonly string[] {
  const { pathname, search } = new URL(address);
  return [`${pathname}${search}`, pathname, search, pathname.replace(/^\//, '')].filter(
    (text) => text.length >= shortestPath,
  );
}
