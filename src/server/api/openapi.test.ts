/** Every live answer has the shape that the document promises, and the document names exactly what is served. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../create-server.ts';
import type { RunningServer } from '../dependencies.ts';
import { fixtureDependencies } from '../fixture-queries.ts';
import { type ComponentName, componentPath, componentSchemas, components } from './components.ts';
import { examples } from './examples.ts';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { name: string; in: string; example: unknown; schema: object }[];
  readonly responses: Readonly<
    Record<string, { content: Record<string, { schema: { properties: { data: object } }; example: unknown }> }>
  >;
}
const document = openApiDocument('0.1.0') as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** Checks against the components as promised, or so that a field nobody described fails. */
function validatorOf(schema: object, strict: boolean) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'doc', components: { schemas: componentSchemas(strict) } });
  const text = JSON.stringify(schema).replaceAll(componentPath, `doc${componentPath}`);
  return ajv.compile(JSON.parse(text.replaceAll('doc#/components', 'doc#/components')));
}

let server: RunningServer;
beforeAll(async () => {
  server = await createServer(fixtureDependencies());
});
afterAll(() => server.close());

/** The document's own example of a path parameter, except where the fixture has another. */
function addressOf(path: string, operation: Operation): string {
  const example = operation.parameters?.find((one) => one.in === 'path')?.example;
  return `${server.address}${path.replace('{id}', encodeURIComponent(String(example)))}`;
}

describe('the OpenAPI document', () => {
  it('is served as it is made', async () => {
    const served = await (await fetch(`${server.address}/api/v1/openapi.json`)).json();
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('names every address that is promised, each once', () => {
    const expected = [
      ...['objectives', 'objectives/{id}', 'triggers', 'triggers/{id}', 'readiness', 'domains', 'domains/{id}'],
      ...[
        'coupling',
        'map',
        'facts',
        'status',
        'traces',
        'traces/{id}',
        'correlations/{id}',
        'logs',
        'live',
        'openapi.json',
        'session',
      ],
      ...['probes', 'probes/{id}', 'alerts', 'alerts/{id}', 'alerts/{id}/ack', 'silences', 'silences/{id}/end'],
      ...['runbooks', 'runbooks/{id}', 'rehearsals', 'rehearsals/{id}'],
    ].map((path) => `/api/v1/${path}`);
    expect(Object.keys(document.paths).sort()).toEqual([...expected].sort());
    expect(routes.map((route) => `/api/v1${route.path}`).filter((path) => !expected.includes(path))).toEqual([]);
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map((one) => one.operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives each operation a summary and a description', () => {
    for (const item of Object.values(document.paths)) {
      for (const operation of Object.values(item)) {
        expect(operation.summary.length).toBeGreaterThan(10);
        expect(operation.description.length).toBeGreaterThan(10);
      }
    }
  });

  it('promises only examples that fit their schemas, with no field that is not described', () => {
    for (const name of Object.keys(components) as ComponentName[]) {
      const validate = validatorOf({ $ref: `${componentPath}${name}` }, true);
      validate(examples[name]);
      expect({ name, errors: validate.errors ?? [] }).toEqual({ name, errors: [] });
    }
  });

  it('gives parameters examples that are accepted', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const operation = item.get;
      for (const parameter of operation?.parameters?.filter((one) => one.in === 'query') ?? []) {
        const url = `${server.address}${path}?${parameter.name}=${encodeURIComponent(String(parameter.example))}`;
        expect({ url, status: (await fetch(url)).status }).toEqual({ url, status: 200 });
        expect(
          new Ajv2020({ strict: false, formats: { 'date-time': true } }).validate(parameter.schema, parameter.example),
        ).toBe(true);
      }
    }
  });

  it.each(routes.map((route) => route.path))('describes what GET %s answers, no field more or less', async (path) => {
    const operation = document.paths[`/api/v1${path}`]?.get;
    if (operation === undefined) throw new Error(`${path} is not in the document`);
    const response = await fetch(addressOf(`/api/v1${path}`, operation));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const schema = operation.responses['200']?.content['application/json']?.schema ?? { not: {} };
    const body: unknown = await response.json();
    for (const strict of [false, true]) {
      const validate = validatorOf(schema, strict);
      validate(body);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect((body as { data: unknown[] }).data).not.toEqual([]);
  });

  it('finds an answer that does not fit', () => {
    const schema = document.paths['/api/v1/objectives']?.get?.responses['200']?.content['application/json']?.schema;
    const validate = validatorOf(schema ?? {}, false);
    expect(validate({ data: [{ id: 7 }], meta: examples.Meta })).toBe(false);
  });
});
