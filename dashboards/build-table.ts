/** A table from instant queries: one row a label set, one column a label or a query. */
import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { ColumnSpec, TableSpec } from './spec.ts';

/** Only the named columns are shown, in their order. The rows of all queries are merged by their labels. */
export function buildTable(spec: TableSpec): PanelBuilder {
  const nameOf = (column: ColumnSpec): string => fieldName(column, spec.queries.length);
  const panel = new PanelBuilder()
    .unit(spec.unit)
    .cellHeight(TableCellHeight.Sm)
    .showHeader(true)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(spec.columns.map((column, index) => [nameOf(column), index])),
        renameByName: Object.fromEntries(spec.columns.map((column) => [nameOf(column), column.title])),
      },
    });
  for (const column of spec.columns) panel.overrideByName(column.title, propertiesOf(column));
  return panel;
}

/** Grafana calls the value of the only query `Value`, those of several `Value #A`, `Value #B`, … */
function fieldName({ field }: ColumnSpec, queries: number): string {
  if (!/^[A-Z]$/.test(field)) return field;
  return queries === 1 ? 'Value' : `Value #${field}`;
}

function propertiesOf(column: ColumnSpec): DynamicConfigValue[] {
  const { unit, mapping, opens, widthPx } = column;
  return [
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(mapping === undefined
      ? []
      : [
          { id: 'mappings', value: [mapping] },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
        ]),
    ...(opens === undefined
      ? []
      : [
          {
            id: 'links',
            value: [
              {
                title: 'Open',
                url: `/d/${opens.uid}?\${__url_time_range}&var-${opens.variable}=\${__value.raw}`,
                targetBlank: false,
              },
            ],
          },
        ]),
    ...(widthPx === undefined ? [] : [{ id: 'custom.width', value: widthPx }]),
  ];
}
