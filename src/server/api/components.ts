/** The named shapes of the API: one zod schema and one example each; routes and OpenAPI refer to them by name. */
import { z } from 'zod';
import { envelope, logShapes, operations, readinessShapes, shapes, statusShapes } from '../../contract/index.ts';

/** What `POST /session` is sent. */
export const sessionRequest = z.strictObject({
  token: z.string().min(1).max(1000).describe('the value of tokens.read or tokens.admin'),
});

/** What `POST /session` answers; the session itself is the cookie. */
export const session = z.object({ role: z.enum(['read', 'admin']), expiresAt: z.string() });

/** Every shape by its name in `#/components/schemas`. */
export const components = {
  Meta: envelope.meta,
  Error: envelope.errorAnswer,
  Objective: shapes.objective,
  ObjectiveDetail: shapes.objectiveDetail,
  ObjectiveWindow: shapes.objectiveWindow,
  Trigger: shapes.trigger,
  TriggerDay: shapes.triggerDay,
  Readiness: readinessShapes.readiness,
  Verdict: readinessShapes.verdict,
  Evidence: readinessShapes.evidence,
  Domain: shapes.domainRow,
  DomainDetail: operations.domainDetail,
  TraceSummary: shapes.traceSummary,
  Trace: shapes.trace,
  Span: shapes.span,
  LogRecord: logShapes.logRecord,
  CouplingEdge: shapes.couplingEdge,
  ServiceMap: logShapes.serviceMap,
  Fact: shapes.fact,
  Status: statusShapes.status,
  LiveEvent: envelope.liveEvent,
  Probe: operations.probe,
  Alert: operations.alert,
  AcknowledgeRequest: operations.acknowledgeRequest,
  Silence: operations.silence,
  SilenceRequest: operations.silenceRequest,
  Runbook: operations.runbook,
  Rehearsal: operations.rehearsal,
  Nothing: z.strictObject({}),
  SessionRequest: sessionRequest,
  Session: session,
} as const;

export type ComponentName = keyof typeof components;

/** Prefix of every reference. */
export const componentPath = '#/components/schemas/';

/**
 * JSON Schema of every component, referring to one another. Answers may gain fields, so none forbids more than it names;
 * `strict` does, for tests that look for fields nobody described.
 */
export function componentSchemas(strict = false): Record<string, Record<string, unknown>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: (id) => `${componentPath}${id}`, io: strict ? 'output' : 'input' });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _schema, $id: _id, ...rest }]) => [id, rest]),
  );
}
