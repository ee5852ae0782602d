/** Who sends metric points: one process, under one instrumentation scope. */
import { attribute } from '../../src/kernel/conventions.ts';
import { labelKey } from '../../src/kernel/series.ts';
import { type Attributes, isSynthetic, labelText, type MetricGroup } from './wire/index.ts';

/** `key` is one per process: service and instance where they are named, else the whole resource. */
export interface Sender {
  readonly key: string;
  readonly serviceName: string;
  readonly instance: string | null;
  readonly domain: string | null;
  readonly synthetic: boolean;
  readonly scope: string;
}

/** Of the resource and scope of a group. */
export function senderOf(group: MetricGroup): Sender {
  const texts = textsOf(group.resource);
  const instance = texts[attribute.serviceInstanceId];
  const serviceName = texts[attribute.serviceName] ?? '';
  const synthetic = isSynthetic(group.resource);
  return {
    key: instance === undefined ? labelKey(texts) : instanceKey(serviceName, instance, synthetic),
    serviceName,
    instance: instance ?? null,
    domain: texts[attribute.domain] ?? null,
    synthetic,
    scope: group.scope,
  };
}

/** The key of a process that is named. */
export function instanceKey(serviceName: string, instance: string, synthetic: boolean): string {
  return `${serviceName} ${instance} ${synthetic}`;
}

/** Attributes as texts. */
export function textsOf(attributes: Attributes): Record<string, string> {
  return Object.fromEntries([...attributes].map(([name, value]) => [name, labelText(value)]));
}
