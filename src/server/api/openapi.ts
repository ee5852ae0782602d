/** The OpenAPI 3.1 document of the API, made from the routes and the zod schemas. */
import { z } from 'zod';
import { type ComponentName, componentPath, componentSchemas } from './components.ts';
import { examples } from './examples.ts';
import { type CommandRoute, commandRoutes } from './operation-routes.ts';
import type { Parameter } from './parameters.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

/** A JSON object of the document. */
export type JsonObject = { readonly [key: string]: unknown };

/** The whole document for one version of the product. */
export function openApiDocument(version: string): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Seamwatch',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Objectives, triggers, verdicts and traces of a modular monolith. Every answer is {data, meta}, every failure {error}. Times are ISO 8601 UTC, durations ms, ratios 0..1; null means not known, never zero.',
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }, { session: [] }],
    paths: {
      ...describedPaths(),
      '/api/v1/live': { get: liveOperation },
      '/api/v1/openapi.json': { get: documentOperation },
      '/api/v1/session': { post: sessionOperation },
    },
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'the read or the admin token, when one is configured' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'seamwatch_session',
          description: 'set by POST /api/v1/session',
        },
      },
    },
  };
}

function describedPaths(): JsonObject {
  const paths = new Map<string, JsonObject>();
  for (const route of routes) paths.set(`/api/v1${route.path}`, { get: readOperation(route) });
  for (const route of commandRoutes) {
    const path = `/api/v1${route.path}`;
    paths.set(path, { ...paths.get(path), post: writeOperation(route) });
  }
  return Object.fromEntries(paths);
}

function writeOperation(route: CommandRoute): JsonObject {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `${route.description} Needs the admin token where tokens are configured.`,
    parameters: route.pathParameter === null ? [] : [describeParameter(route.pathParameter, 'path')],
    requestBody: requestBodyOf(route.body),
    responses: {
      200: answerResponse(route.summary, route.data, false),
      ...failures(route.pathParameter === null ? [400, 401, 403, 413, 415] : [400, 401, 403, 404, 413, 415]),
    },
  };
}

function requestBodyOf(body: ComponentName): JsonObject {
  const content = {
    'application/json': { schema: { $ref: `${componentPath}${body}` }, example: examples[body] },
  };
  return { required: true, content };
}

function readOperation(route: Route): JsonObject {
  const query = route.queryParameters.map((parameter) => describeParameter(parameter, 'query'));
  const path = route.pathParameter === null ? [] : [describeParameter(route.pathParameter, 'path')];
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: route.description,
    parameters: [...path, ...query],
    responses: {
      200: answerResponse(route.summary, route.data.component, route.data.isList),
      ...failures(route.pathParameter === null ? [400, 401, 403] : [400, 401, 403, 404]),
    },
  };
}

function describeParameter(parameter: Parameter, where: 'query' | 'path'): JsonObject {
  const { $schema: _schema, ...schema } = z.toJSONSchema(parameter.schema, { io: 'output' });
  return {
    name: parameter.name,
    in: where,
    required: where === 'path',
    description: `${parameter.description}; ${parameter.accepts}`,
    schema,
    example: parameter.example,
  };
}

function answerResponse(description: string, component: ComponentName, isList: boolean): JsonObject {
  const item = { $ref: `${componentPath}${component}` };
  const example = examples[component];
  return {
    description,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['data', 'meta'],
          properties: { data: isList ? { type: 'array', items: item } : item, meta: { $ref: `${componentPath}Meta` } },
        },
        example: { data: isList ? [example] : example, meta: examples.Meta },
      },
    },
  };
}

const failureText: Readonly<Record<number, string>> = {
  400: 'a parameter or the body is not accepted; the message names it, its value and what is',
  401: 'a token is needed, or the one sent is not known',
  403: 'the token is for something else, or the Host or Origin header is foreign',
  404: 'there is no such item',
  413: 'the body is too large',
  415: 'the body is not application/json',
  503: 'all live streams are taken',
};

function failures(statuses: readonly number[]): JsonObject {
  const content = {
    'application/json': { schema: { $ref: `${componentPath}Error` }, example: examples.Error },
  };
  return Object.fromEntries(statuses.map((status) => [status, { description: failureText[status], content }]));
}

const liveOperation: JsonObject = {
  operationId: 'followLive',
  summary: 'Server-sent events: what changed, just now',
  description:
    'Event names are tick, alert, trigger and probe; the data is one LiveEvent. A comment arrives every 15 s. A client that reads too slowly is dropped.',
  responses: {
    200: {
      description: 'a stream that stays open',
      content: {
        'text/event-stream': {
          schema: {
            type: 'string',
            contentMediaType: 'application/json',
            contentSchema: { $ref: `${componentPath}LiveEvent` },
          },
          example: `event: tick\ndata: ${JSON.stringify(examples.LiveEvent)}\n\n`,
        },
      },
    },
    ...failures([400, 401, 403, 503]),
  },
};

const documentOperation: JsonObject = {
  operationId: 'getOpenApi',
  summary: 'This document',
  description: 'OpenAPI 3.1, without the envelope.',
  responses: {
    200: { description: 'the document', content: { 'application/json': { schema: { type: 'object' } } } },
    ...failures([401, 403]),
  },
};

const sessionOperation: JsonObject = {
  operationId: 'openSession',
  summary: 'Exchange a token for the cookie of the console',
  description: 'The cookie is HttpOnly and SameSite=Strict, lasts twelve hours and ends when the token changes.',
  security: [{}],
  requestBody: requestBodyOf('SessionRequest'),
  responses: {
    200: answerResponse('the cookie is set', 'Session', false),
    ...failures([400, 401, 403, 413, 415]),
  },
};
