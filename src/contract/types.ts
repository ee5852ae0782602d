/** The types of the answers, inferred from their schemas. */
import type { z } from 'zod';
import type { liveEvent, meta } from './envelope.ts';
import type { logRecord, mapEdge, mapNode, serviceMap } from './logs.ts';
import type {
  acknowledgeRequest,
  alert,
  alertLink,
  domainDetail,
  domainPoint,
  notification,
  probe,
  probeFailure,
  probeStep,
  rehearsal,
  rehearsalStep,
  runbook,
  silence,
  silenceMatch,
  silenceRequest,
  stepMeasure,
} from './operations.ts';
import type {
  checklistItem,
  criterion,
  evidence,
  flip,
  keepRule,
  readiness,
  unknownItem,
  verdict,
} from './readiness.ts';
import type {
  couplingEdge,
  domainRow,
  fact,
  objective,
  objectiveDetail,
  objectivePoint,
  span,
  trace,
  traceEdge,
  traceSummary,
  trigger,
  triggerDay,
} from './shapes.ts';
import type { status } from './status.ts';

export type Meta = z.infer<typeof meta>;
export type StatusAnswer = z.infer<typeof status>;
export type LiveEvent = z.infer<typeof liveEvent>;
export type ObjectiveAnswer = z.infer<typeof objective>;
export type ObjectiveDetail = z.infer<typeof objectiveDetail>;
export type ObjectivePoint = z.infer<typeof objectivePoint>;
export type TriggerAnswer = z.infer<typeof trigger>;
export type TriggerDay = z.infer<typeof triggerDay>;
export type TraceSummary = z.infer<typeof traceSummary>;
export type Trace = z.infer<typeof trace>;
export type TraceEdge = z.infer<typeof traceEdge>;
export type Span = z.infer<typeof span>;
export type DomainRow = z.infer<typeof domainRow>;
export type CouplingEdge = z.infer<typeof couplingEdge>;
export type FactAnswer = z.infer<typeof fact>;
export type ReadinessReport = z.infer<typeof readiness>;
export type Verdict = z.infer<typeof verdict>;
export type Evidence = z.infer<typeof evidence>;
export type Criterion = z.infer<typeof criterion>;
export type KeepRule = z.infer<typeof keepRule>;
export type Flip = z.infer<typeof flip>;
export type UnknownItem = z.infer<typeof unknownItem>;
export type ChecklistItem = z.infer<typeof checklistItem>;
export type ProbeAnswer = z.infer<typeof probe>;
export type ProbeStep = z.infer<typeof probeStep>;
export type ProbeFailure = z.infer<typeof probeFailure>;
export type AlertAnswer = z.infer<typeof alert>;
export type AlertLink = z.infer<typeof alertLink>;
export type AlertNotification = z.infer<typeof notification>;
export type AcknowledgeRequest = z.infer<typeof acknowledgeRequest>;
export type SilenceAnswer = z.infer<typeof silence>;
export type SilenceMatch = z.infer<typeof silenceMatch>;
export type SilenceRequest = z.infer<typeof silenceRequest>;
export type RunbookAnswer = z.infer<typeof runbook>;
export type RehearsalAnswer = z.infer<typeof rehearsal>;
export type RehearsalStep = z.infer<typeof rehearsalStep>;
export type StepMeasure = z.infer<typeof stepMeasure>;
export type DomainDetail = z.infer<typeof domainDetail>;
export type DomainPoint = z.infer<typeof domainPoint>;
export type LogRecord = z.infer<typeof logRecord>;
export type ServiceMap = z.infer<typeof serviceMap>;
export type MapNode = z.infer<typeof mapNode>;
export type MapEdge = z.infer<typeof mapEdge>;
