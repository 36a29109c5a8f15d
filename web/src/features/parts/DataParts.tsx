/**
 * Parts that show records, rows, and what is drawn of them.
 */
import { useState } from 'react';
import { BatchFlow } from '../../components/BatchFlow.tsx';
import { Chart } from '../../components/chart/Chart.tsx';
import { Graph } from '../../components/graph/Graph.tsx';
import { GraphList } from '../../components/graph/GraphList.tsx';
import { DataGrid } from '../../components/grid/DataGrid.tsx';
import type { GridSort } from '../../components/grid/GridHead.tsx';
import { RuleHistory } from '../../components/history/RuleHistory.tsx';
import classes from './DataParts.module.css';
import { Group, Part } from './Part.tsx';
import { words } from './words.ts';
import {
  CHARTS,
  COLUMNS,
  data,
  EDGES,
  FLOWS,
  HISTORIES,
  NODES,
  ROWS,
  rowAt,
} from './words-data.ts';

export function DataParts() {
  const [focus, setFocus] = useState<string | null>('insights.clusters');
  const graph = { nodes: NODES, edges: EDGES, focus, onFocus: setFocus, label: data.graph };
  return (
    <Group id="data" title={words.data}>
      <Part name="BatchFlow" isWide>
        {FLOWS.map(({ name, ...flow }) => (
          <div key={name}>
            <p className="caption">{name}</p>
            <BatchFlow {...flow} />
          </div>
        ))}
      </Part>
      <Part name="DataGrid" isWide>
        <Grid />
      </Part>
      <Part name="Chart" isWide>
        <div className={classes['pair']}>
          {CHARTS.map((chart) => (
            <Chart key={chart.kind} data={chart} height={240} />
          ))}
        </div>
      </Part>
      <Part name="RuleHistory" isWide>
        <div className={classes['pair']}>
          {HISTORIES.map(({ name, line }) => (
            <RuleHistory key={name} line={line} label={data.history(name)} />
          ))}
        </div>
      </Part>
      <Part name="Graph" isWide>
        <Graph {...graph} height={300} />
      </Part>
      <Part name="GraphList" isWide>
        <GraphList {...graph} />
      </Part>
    </Group>
  );
}

async function* rowsOf(from: number, to: number) {
  for (let index = from; index < to; index++) yield rowAt(index) ?? [];
}

function Grid() {
  const [sort, setSort] = useState<GridSort | null>({ column: 'sales_value', isDescending: true });
  const shared = { columns: COLUMNS, rowAt, version: 1, rowsOf };
  return (
    <>
      <div className={classes['grid']}>
        <DataGrid
          {...shared}
          label={data.grid}
          rowCount={ROWS}
          sort={sort}
          onSort={(column) =>
            setSort({ column, isDescending: sort?.column === column && !sort.isDescending })
          }
        />
      </div>
      <div className={classes['short']}>
        <DataGrid {...shared} label={data.noRows} rowCount={0} />
      </div>
    </>
  );
}
