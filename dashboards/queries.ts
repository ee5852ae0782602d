/** Reads the queries out of a dashboard's JSON, and puts values in the place of variables. */
import { AppError } from '../src/kernel/errors.ts';

/** One query of one panel; variables are left in. */
export interface DashboardQuery {
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
  /** An instant query asks for the present moment alone. */
  readonly isInstant: boolean;
}

interface PanelJson {
  readonly title?: string;
  readonly panels?: readonly PanelJson[];
  readonly targets?: readonly { readonly refId?: string; readonly expr?: string; readonly instant?: boolean }[];
}

/** Every query of a dashboard, rows included, in the order in which the panels stand. */
export function queriesOf(dashboardText: string): readonly DashboardQuery[] {
  const { panels = [] } = JSON.parse(dashboardText) as { readonly panels?: readonly PanelJson[] };
  return panels.flatMap(queriesOfPanel);
}

function queriesOfPanel(panel: PanelJson): readonly DashboardQuery[] {
  const own = (panel.targets ?? []).map(
    (target): DashboardQuery => ({
      panel: panel.title ?? '',
      refId: target.refId ?? '',
      expr: target.expr ?? '',
      isInstant: target.instant === true,
    }),
  );
  return [...own, ...(panel.panels ?? []).flatMap(queriesOfPanel)];
}

/**
 * The query with each `$name`, `${name}` and `${name:format}` replaced.
 * @throws INVALID_REQUEST naming a variable without a value
 * @example fillVariables('rate(x[$__rate_interval])', { __rate_interval: '1m' })
 */
export function fillVariables(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const value = values[braced ?? bare ?? ''];
    if (value !== undefined) return value;
    throw new AppError('INVALID_REQUEST', `the query "${expr}" uses ${whole}, which has no value; pass one`);
  });
}
