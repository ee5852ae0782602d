/** Gives telemetry that names no domain to one, by the rules of the configuration. */
import { attribute } from '../../src/kernel/conventions.ts';
import type { DecodedSpan } from '../history/index.ts';
import type { DomainRule } from './options.ts';
import type { Attributes, Scalar } from './wire/index.ts';

/** Attribute values by name. */
type Lookup = Pick<Attributes, 'get'>;

/** The domain of the first rule whose every condition holds, else null. */
export type DomainMapper = (serviceName: string, attributes: Lookup) => string | null;

/** The label of what no rule knows. */
export const unmappedDomain = 'unmapped';

/** `*` in a route or a code namespace stands for any text; everything else is compared exactly. */
export function createDomainMapper(rules: readonly DomainRule[]): DomainMapper {
  const compiled = rules.map((rule) => ({ domain: rule.domain, holds: compileRule(rule) }));
  return (serviceName, attributes) => compiled.find((rule) => rule.holds(serviceName, attributes))?.domain ?? null;
}

/** The same rules for spans read back from storage; the result is null where no rule holds. */
export function createSpanMapper(rules: readonly DomainRule[]): (span: DecodedSpan) => string | null {
  const mapper = createDomainMapper(rules);
  return ({ attributes }) => {
    const get = (name: string): Scalar | undefined =>
      Object.hasOwn(attributes, name) ? String(attributes[name]) : undefined;
    return mapper(String(get(`resource.${attribute.serviceName}`) ?? ''), { get });
  };
}

function compileRule({ match }: DomainRule): (serviceName: string, attributes: Lookup) => boolean {
  const route = compilePattern(match.route);
  const namespace = compilePattern(match.codeNamespace);
  const wanted = Object.entries(match.attributes ?? {});
  return (serviceName, attributes) =>
    (match.serviceName ?? serviceName) === serviceName &&
    route(textOf(attributes, attribute.httpRoute) ?? textOf(attributes, 'url.path')) &&
    namespace(textOf(attributes, attribute.codeNamespace)) &&
    wanted.every(([name, value]) => textOf(attributes, name) === value);
}

function compilePattern(pattern: string | null | undefined): (text: string | null) => boolean {
  if (pattern === null || pattern === undefined) return () => true;
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const form = new RegExp(`^${source.join('.*')}$`, 's');
  return (text) => text !== null && form.test(text);
}

function textOf(attributes: Lookup, name: string): string | null {
  const value = attributes.get(name);
  return value === undefined ? null : String(value);
}
