/** From a panel's plain data to Grafana's panel, by the Foundation SDK. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphGradientMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as HeatmapPanel } from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StatesPanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { buildTable } from './build-table.ts';
import { colour } from './palette.ts';
import type {
  HeatmapSpec,
  LinkSpec,
  PanelSpec,
  QuerySpec,
  StatesSpec,
  StatSpec,
  ThresholdSpec,
  TimeseriesSpec,
} from './spec.ts';

/** What a panel shows where there is nothing; a zero would be a claim. */
export const noData = 'no data';

/** The data source of every query: the one chosen at the top of the dashboard. */
export const dataSource = { type: 'prometheus', uid: `\${datasource}` } as const;

/** `id` is unique within the dashboard. */
export function buildPanel(spec: PanelSpec, id: number): Panel {
  const panel = builderOf(spec)
    .id(id)
    .title(spec.title)
    .description(spec.description)
    .span(spec.width)
    .height(spec.height)
    .links(spec.link === undefined ? [] : [consoleLink(spec.link)])
    .build();
  return { ...panel, datasource: dataSource, targets: spec.queries.map((query, index) => target(query, index, spec)) };
}

/** A link to a page of the console. */
export function consoleLink(link: LinkSpec): DashboardLinkBuilder {
  return new DashboardLinkBuilder(link.title)
    .type(DashboardLinkType.Link)
    .icon('external link')
    .tooltip('Opens the page of the Seamwatch console')
    .url(`\${console_url}${link.path}`)
    .targetBlank(true);
}

/** The part of the SDK's builders that every kind of panel shares. */
interface AnyPanel extends Builder<Panel> {
  id(id: number): this;
  title(text: string): this;
  description(text: string): this;
  span(columns: number): this;
  height(rows: number): this;
  links(links: DashboardLinkBuilder[]): this;
}

function builderOf(spec: PanelSpec): AnyPanel {
  switch (spec.kind) {
    case 'timeseries':
      return timeseries(spec);
    case 'stat':
      return stat(spec);
    case 'states':
      return states(spec);
    case 'heatmap':
      return heatmap(spec);
    case 'table':
      return buildTable(spec).noValue(noData);
    default:
      return spec satisfies never;
  }
}

function target(query: QuerySpec, index: number, spec: PanelSpec): ReturnType<DataqueryBuilder['build']> {
  const builder = new DataqueryBuilder()
    .datasource(dataSource)
    .expr(query.expr)
    .legendFormat(query.legend)
    .refId(String.fromCharCode(65 + index));
  if (spec.kind === 'heatmap') return builder.range().format(PromQueryFormat.Heatmap).build();
  if (spec.kind === 'table') return builder.instant().format(PromQueryFormat.Table).build();
  return (spec.kind === 'stat' ? builder.instant() : builder.range()).format(PromQueryFormat.TimeSeries).build();
}

function timeseries(spec: TimeseriesSpec): TimeseriesPanel {
  const panel = new TimeseriesPanel()
    .unit(spec.unit)
    .noValue(noData)
    .lineWidth(1)
    .fillOpacity(spec.isStacked === true ? 20 : 0)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .legend(legend(['lastNotNull', 'max']))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .thresholds(thresholds(spec.thresholds ?? [], 'transparent'))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        spec.thresholds === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
      ),
    );
  const lowest = Math.min(...(spec.thresholds ?? []).map((line) => line.value));
  if (spec.minimum !== null) panel.min(spec.minimum ?? 0);
  if (Number.isFinite(lowest)) panel.axisSoftMax((spec.reaches ?? lowest) * 1.05);
  if (spec.isStacked === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  for (const name of spec.dashed ?? []) {
    panel.overrideByName(name, [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
      { id: 'color', value: { mode: 'fixed', fixedColor: colour.breached } },
    ]);
  }
  return panel;
}

function stat(spec: StatSpec): StatPanel {
  return new StatPanel()
    .unit(spec.unit)
    .noValue(noData)
    .mappings(spec.mapping === undefined ? [] : [spec.mapping])
    .thresholds(thresholds(spec.thresholds ?? [], 'text'))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
}

function states(spec: StatesSpec): StatesPanel {
  return new StatesPanel()
    .unit(spec.unit)
    .noValue(noData)
    .mappings([spec.mapping])
    .thresholds(thresholds([], colour.unknown))
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .rowHeight(0.8)
    .fillOpacity(70)
    .lineWidth(0)
    .spanNulls(false)
    .legend(legend([]))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
}

function heatmap(spec: HeatmapSpec): HeatmapPanel {
  return new HeatmapPanel()
    .unit(spec.unit)
    .noValue(noData)
    .calculate(false)
    .cellGap(1)
    .showLegend()
    .exemplarsColor(colour.other);
}

function legend(calcs: string[]): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(calcs.length === 0 ? LegendDisplayMode.List : LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(calcs);
}

function thresholds(lines: readonly ThresholdSpec[], base: string): ThresholdsConfigBuilder {
  const sorted = [...lines].sort((left, right) => left.value - right.value);
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...sorted.map(({ value, colour: color }) => ({ value, color }))]);
}
