/** Alerts about the control plane: only an outsider can tell that it is gone. */
import { ownMetric } from '../../src/kernel/conventions.ts';
import { everyDomain, ruleAlert, ruleLabel } from '../../src/kernel/rule-names.ts';
import type { AlertLinks } from './alert-rules.ts';
import type { RuleGroup } from './rule.ts';

/** Behind by more than this is not the ordinary 30 s of a watermark. */
const behindSeconds = 120;

/** Absent before the first data of a new installation is fine: only the number of series is always there. */
export function controlPlaneGroup({ publicUrl }: AlertLinks): RuleGroup {
  const labels = { [ruleLabel.domain]: everyDomain };
  const runbook_url = `${publicUrl}/runbooks/self`;
  return {
    name: 'seamwatch',
    interval: '30s',
    rules: [
      {
        alert: ruleAlert.controlPlaneDown,
        expr: `absent(${ownMetric.seriesCount})`,
        for: '5m',
        labels: { ...labels, [ruleLabel.severity]: 'page' },
        annotations: {
          summary: 'the control plane is down or cannot be scraped',
          reason:
            'For 5m no target has answered with the metrics of the control plane: no objective is judged and nobody is paged by it.',
          runbook_url,
        },
      },
      {
        alert: ruleAlert.controlPlaneBehind,
        expr: `time() - max(${ownMetric.watermarkSeconds}) > ${behindSeconds}`,
        for: '5m',
        labels: { ...labels, [ruleLabel.severity]: 'ticket' },
        annotations: {
          summary: 'the control plane is behind',
          reason: 'Its numbers end {{ $value | humanizeDuration }} ago: it receives nothing, or cannot keep up.',
          runbook_url,
        },
      },
    ],
  };
}
