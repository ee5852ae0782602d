/** Runs the `run:` steps of a workflow and of a composite action as GitHub's runner does: same shells, same files, nothing else. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A step as it is written. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

/** What became of a step; `skipped` says why it did not run. */
export interface StepResult {
  readonly name: string;
  readonly skipped: string | null;
  readonly code: number;
  readonly printed: string;
  readonly summary: string;
}

/** `actions` maps the name of an action (before `@`) to the folder that holds its action.yml; others are skipped. */
export interface Job {
  readonly workspace: string;
  readonly temporary: string;
  readonly actions: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

type Outputs = Record<string, Record<string, string>>;
type Names = Readonly<Record<string, string>>;

/** What an expression can see; `inputs` and `action` inside an action. */
interface Context {
  readonly job: Job;
  readonly inputs: Names;
  readonly actionPath: string;
  readonly steps: Outputs;
}

/** Runs the steps of the workflow's only job in order. */
export async function runWorkflow(file: string, job: Job): Promise<readonly StepResult[]> {
  const { jobs } = readYaml<{ jobs: Record<string, { steps: readonly Step[] }> }>(file);
  const steps = Object.values(jobs)[0]?.steps ?? [];
  return runSteps(steps, { job, inputs: {}, actionPath: '', steps: {} });
}

/** A YAML file in the shape that its reader names. */
export function readYaml<T>(file: string): T {
  return parse(readFileSync(file, 'utf8')) as T;
}

async function runSteps(steps: readonly Step[], context: Context): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const isFailed = results.some(({ code }) => code !== 0);
    results.push(...(isWanted(step, isFailed, context) ? await runStep(step, context) : [skipped(step, 'if')]));
  }
  return results;
}

async function runStep(step: Step, context: Context): Promise<StepResult[]> {
  if (step.run !== undefined) return [await runScript(step, step.run, context)];
  const folder = context.job.actions[step.uses?.split('@')[0] ?? ''];
  return folder === undefined ? [skipped(step, `uses ${step.uses}`)] : runAction(step, folder, context);
}

async function runAction(step: Step, folder: string, context: Context): Promise<StepResult[]> {
  const action = readYaml<Action>(join(folder, 'action.yml'));
  const given = Object.entries(step.with ?? {}).map(([name, value]) => [name, expand(String(value), context)] as const);
  const unknown = given.find(([name]) => action.inputs[name] === undefined);
  if (unknown !== undefined) throw new Error(`${folder}/action.yml has no input ${unknown[0]}`);
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''] as const);
  const inputs = { ...Object.fromEntries(defaults), ...Object.fromEntries(given) };
  const inside: Context = { job: context.job, inputs, actionPath: folder, steps: {} };
  const results = await runSteps(action.runs.steps, inside);
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, expand(value, inside)] as const);
  if (step.id !== undefined) context.steps[step.id] = Object.fromEntries(outputs);
  return results;
}

async function runScript(step: Step, script: string, context: Context): Promise<StepResult> {
  if (/\$\{\{/.test(script)) throw new Error(`an expression stands in a script: ${script}`);
  const folder = mkdtempSync(join(context.job.temporary, 'step-'));
  const files = { script: join(folder, 'script.sh'), summary: join(folder, 'summary'), output: join(folder, 'output') };
  writeFileSync(files.script, script);
  writeFileSync(files.summary, '');
  writeFileSync(files.output, '');
  const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, expand(value, context)] as const);
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', CI: 'true', GITHUB_ACTIONS: 'true' },
    ...{ GITHUB_STEP_SUMMARY: files.summary, GITHUB_OUTPUT: files.output, RUNNER_TEMP: context.job.temporary },
    ...Object.fromEntries(own),
  };
  const cwd = join(
    '/',
    expand(step['working-directory'] ?? '.', context).replace(/^(?!\/)/, `${context.job.workspace}/`),
  );
  // A workflow's own shell fails on the first error; an action that names bash gets pipefail too.
  const flags = step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
  const { code, printed } = await finished('bash', [...flags, files.script], cwd, env);
  const lines = readFileSync(files.output, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const outputs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  if (step.id !== undefined) context.steps[step.id] = Object.fromEntries(outputs);
  return { name: nameOf(step), skipped: null, code, printed, summary: readFileSync(files.summary, 'utf8') };
}

function finished(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Names,
): Promise<{ readonly code: number; readonly printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, printed }));
  });
}

/** Every expression that the files may use; another one is an error of this reader, not an empty text. */
function expand(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_whole, expression: string) => lookUp(expression, context));
}

function lookUp(expression: string, { job, inputs, actionPath, steps }: Context): string {
  const [scope, name = '', kind, output = ''] = expression.split('.');
  if (scope === 'inputs' && inputs[name] !== undefined) return inputs[name];
  if (scope === 'vars') return job.vars?.[name] ?? '';
  if (scope === 'secrets') return job.secrets?.[name] ?? '';
  if (scope === 'steps' && kind === 'outputs') return steps[name]?.[output] ?? '';
  if (expression === 'github.action_path') return actionPath;
  throw new Error(`the expression \${{ ${expression} }} is not known here`);
}

function isWanted(step: Step, isFailed: boolean, context: Context): boolean {
  if (step.if === undefined) return !isFailed;
  const terms = step.if
    .replace(/^\$\{\{|\}\}$/g, '')
    .split('&&')
    .map((term) => term.trim());
  return terms.every((term) => {
    if (term === '!cancelled()') return true;
    const [left, right] = term.split(' != ');
    if (left === undefined || right !== "''") throw new Error(`the condition ${step.if} is not known here`);
    return lookUp(left, context) !== '';
  });
}

function skipped(step: Step, why: string): StepResult {
  return { name: nameOf(step), skipped: why, code: 0, printed: '', summary: '' };
}

function nameOf({ name, id, uses }: Step): string {
  return name ?? id ?? uses ?? 'run';
}
