/** A dashboard before Grafana: plain data, so that another of its formats can be written from the same source. */
import type { ValueMap } from '@grafana/grafana-foundation-sdk/dashboard';

/** One query. */
export interface QuerySpec {
  readonly expr: string;
  /** Legend with `{{label}}` places; also the name that {@link TimeseriesSpec.dashed} refers to. */
  readonly legend: string;
}

/** A line across the picture, in the panel's unit; described in the panel's description. */
export interface ThresholdSpec {
  readonly value: number;
  readonly colour: string;
}

interface PanelFrame {
  readonly title: string;
  /** One plain sentence: what is shown, and what it means when it is high or low. */
  readonly description: string;
  /** Grafana's id of the unit. */
  readonly unit: string;
  readonly queries: readonly QuerySpec[];
  /** Of 24 columns. */
  readonly width: number;
  /** In grid rows of about 30 px. */
  readonly height: number;
  readonly link?: LinkSpec;
}

/** `path` is relative to the console; variables such as `$domain` are allowed. */
export interface LinkSpec {
  readonly title: string;
  readonly path: string;
}

export interface TimeseriesSpec extends PanelFrame {
  readonly kind: 'timeseries';
  readonly thresholds?: readonly ThresholdSpec[];
  /** Legends drawn dashed: a promise beside the measurement. */
  readonly dashed?: readonly string[];
  /** The axis reaches at least this far; default the lowest threshold, so that it is seen before it is crossed. */
  readonly reaches?: number;
  /** Start the axis at this; default 0. Null lets the data decide. */
  readonly minimum?: number | null;
  readonly isStacked?: boolean;
}

export interface StatSpec extends PanelFrame {
  readonly kind: 'stat';
  readonly mapping?: ValueMap;
  /** Colours the number from these on; below the first it is plain. */
  readonly thresholds?: readonly ThresholdSpec[];
}

export interface StatesSpec extends PanelFrame {
  readonly kind: 'states';
  readonly mapping: ValueMap;
}

export interface HeatmapSpec extends PanelFrame {
  readonly kind: 'heatmap';
}

/** `field` is a label, or the letter of the query whose value is shown. */
export interface ColumnSpec {
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly mapping?: ValueMap;
  /** Opens another dashboard; the cell's raw value is handed over as the variable. */
  readonly opens?: { readonly uid: string; readonly variable: string };
  readonly widthPx?: number;
}

export interface TableSpec extends PanelFrame {
  readonly kind: 'table';
  readonly columns: readonly ColumnSpec[];
}

export type PanelSpec = TimeseriesSpec | StatSpec | StatesSpec | HeatmapSpec | TableSpec;

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

/** A template variable filled by `label_values`. */
export interface VariableSpec {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly query: string;
  /** What it shows before anyone chose. */
  readonly initial: string;
}

export interface DashboardSpec {
  readonly uid: string;
  readonly file: string;
  readonly title: string;
  readonly description: string;
  /** A family of whose series `job` and `instance` are offered. */
  readonly jobsOf: readonly string[];
  readonly variables: readonly VariableSpec[];
  readonly rows: readonly RowSpec[];
  readonly console: LinkSpec;
}

/** Stable ids: links and bookmarks rely on them. */
export const dashboardUid = {
  fleet: 'seamwatch-fleet',
  domain: 'seamwatch-domain',
  objective: 'seamwatch-objective',
  extraction: 'seamwatch-extraction',
  controlPlane: 'seamwatch-control-plane',
} as const;
