/** `seamwatch status`: one screen that says how the objectives stand and whether the watcher is alive. */
import type { ObjectiveAnswer, StatusAnswer, TriggerAnswer } from '../../contract/index.ts';
import { openSource } from '../source.ts';
import { table } from '../table.ts';
import { watcherText } from '../watcher-text.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

const shape: Readonly<Record<string, string>> = {
  met: '● met',
  breached: '▲ breached',
  unknown: '◌ unknown',
  notApplicable: '– not applicable',
  fired: '▲ fired',
  pending: '◆ pending',
  clearing: '◆ clearing',
  clear: '● clear',
};

/** Exit 1 when an objective is breached, 3 when one is unknown or nothing is running, else 0. */
export async function status(options: CommonOptions, world: World): Promise<number> {
  const source = openSource(options, world);
  try {
    const [objectives, triggers, self] = await Promise.all([source.objectives(), source.triggers(), source.status()]);
    if (options.json === true)
      world.out(
        `${JSON.stringify({ data: { status: self, objectives, triggers }, meta: { source: source.where } }, null, 2)}\n`,
      );
    else world.out(render(objectives, triggers, self, source.where));
    if (objectives.some((objective) => objective.state === 'breached')) return exitCode.finding;
    return self === null || objectives.some((objective) => objective.state === 'unknown')
      ? exitCode.unknown
      : exitCode.fine;
  } finally {
    source.close();
  }
}

function render(
  objectives: readonly ObjectiveAnswer[],
  triggers: readonly TriggerAnswer[],
  self: StatusAnswer | null,
  where: string,
): string {
  const head =
    self === null ? `No instance is running; this is what is stored in ${where}.` : `${self.sentence}  (${where})`;
  const rows = objectives.map((objective) => [
    shape[objective.state] ?? objective.state,
    objective.id,
    objective.sentence,
    objective.total === 0
      ? '–'
      : `${share(objective.good, objective.total)} of ${objective.total.toLocaleString('en')} in ${objective.window}`,
    objective.budgetRemaining === null ? '–' : `${Math.round(objective.budgetRemaining * 100)} %`,
    objective.synthetic ? 'partly simulated' : '',
  ]);
  const triggerRows = triggers.map((trigger) => [
    shape[trigger.state] ?? trigger.state,
    `${trigger.id} ${trigger.domain}`,
    trigger.sentence,
    trigger.value === null ? '–' : `${Number(trigger.value.toPrecision(3))} ${trigger.unit}`,
    `${trigger.days.exceeding} of ${trigger.days.of} days over`,
    trigger.synthetic ? 'simulated' : '',
  ]);
  const watcher = self === null ? '' : `\n${watcherText(self)}`;
  return [
    head,
    '',
    table(['state', 'objective', 'documented', 'good', 'budget left', ''], rows),
    '',
    table(['state', 'trigger', 'documented', 'last day', 'persistence', ''], triggerRows),
    watcher,
  ].join('\n');
}

function share(good: number, total: number): string {
  return `${((good / total) * 100).toFixed(2)} %`;
}
