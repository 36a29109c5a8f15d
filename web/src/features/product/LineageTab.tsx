/**
 * Where the data of a product comes from and who reads it: a picture, the same as a list, and the columns that refer.
 */
import { SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useMemo } from 'react';
import { meshGraphQuery } from '../../api/graph.ts';
import { Problem } from '../../api/problem.ts';
import { Empty } from '../../components/Empty.tsx';
import { GraphList } from '../../components/graph/GraphList.tsx';
import { graphOf } from '../../components/graph/mesh-graph.ts';
import { latePart } from '../../components/late.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { present } from '../../lib/search-params.ts';
import classes from './LineageTab.module.css';
import { useOpenProduct, useProductRef } from './use-product.ts';
import { lineageWords, words } from './words.ts';

const Graph = latePart(() =>
  import('../../components/graph/Graph.tsx').then((module) => module.Graph),
);
const HEIGHT = 480;
const HEAD = 54;
/** As high as a phone: a list may be longer, and what stands below it comes into sight with it. */
const LIST_HEIGHT = 760;
const DEPTH = 2;

export function LineageTab() {
  return (
    <div className={classes['page']}>
      <Around />
      <ColumnReferences />
    </div>
  );
}

function Around() {
  const { product } = useProductRef();
  // Why the list on a phone: there the words of a graph are too small to read.
  const isPhone = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const { view = isPhone ? 'list' : 'graph', focus = product } = useSearch({ strict: false });
  const navigate = useNavigate();
  const answer = useQuery(meshGraphQuery(product, DEPTH));
  const graph = useMemo(
    () => (answer.data === undefined ? null : graphOf(answer.data)),
    [answer.data],
  );
  const change = (next: { view?: 'graph' | 'list'; focus?: string }) =>
    void navigate({ to: '.', search: (old) => present({ ...old, ...next }), replace: true });
  // Why nothing: a mesh that draws no graph still shows the columns that refer.
  if (answer.error instanceof Problem && answer.error.status === 404) return null;
  if (answer.error !== null) {
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (graph === null) {
    return <Skeleton height={HEIGHT + HEAD} phone={LIST_HEIGHT} label={words.loadingLineage} />;
  }
  const title = lineageFinding(product, graph.edges);
  return (
    <Panel
      title={title}
      isFlush
      aside={
        <SegmentedControl
          aria-label={words.shownAs}
          data={[
            { value: 'graph', label: words.graph },
            { value: 'list', label: words.list },
          ]}
          value={view}
          onChange={(value) => change({ view: value === 'list' ? 'list' : 'graph' })}
        />
      }
    >
      {view === 'list' ? (
        <GraphList {...graph} focus={focus} onFocus={(id) => change({ focus: id })} label={title} />
      ) : (
        <Suspense fallback={<Skeleton height={HEIGHT} label={words.drawingLineage} />}>
          <Graph
            {...graph}
            focus={focus}
            onFocus={(id) => change({ focus: id })}
            label={title}
            height={HEIGHT}
          />
        </Suspense>
      )}
      <Focused focus={focus} product={product} />
    </Panel>
  );
}

/** Who is left and right of a node, in a sentence. */
export function lineageFinding(
  product: string,
  edges: readonly { from: string; to: string; kind: string }[],
): string {
  const flows = edges.filter(({ kind }) => kind !== 'agreement');
  const sources = new Set(flows.filter(({ to }) => to === product).map(({ from }) => from));
  const readers = new Set(flows.filter(({ from }) => from === product).map(({ to }) => to));
  return lineageWords(sources.size, readers.size);
}

function Focused({ focus, product }: { focus: string; product: string }) {
  // Why by the dot: domains have none, subjects and what is outside have a colon.
  if (focus === product || !/^\w+\.\w+$/.test(focus)) return null;
  return (
    <p className={classes['focused']}>
      <Link to="/p/$product" params={{ product: focus }}>
        {words.open(focus)}
      </Link>
    </p>
  );
}

function ColumnReferences() {
  const { model, ref } = useOpenProduct();
  const references = model.objects.flatMap(({ name: table, properties }) =>
    properties.flatMap(({ name, references: own }) =>
      own.map(({ object, column }) => ({ table, name, object, column })),
    ),
  );
  return (
    <Panel title={words.referring} isFlush>
      {references.length === 0 ? (
        <Empty title={words.noReference}>{words.noReferenceHelp}</Empty>
      ) : (
        <ScrollArea className={classes['scroll']} label={words.references}>
          <table className={classes['table']}>
            <caption className="unseen">{words.referencesTable}</caption>
            <thead>
              <tr>
                <th scope="col">{words.column}</th>
                <th scope="col">{words.existsIn}</th>
                <th scope="col">{words.existsAs}</th>
              </tr>
            </thead>
            <tbody>
              {references.map(({ table, name, object, column }) => (
                <tr key={`${table} ${name} ${object} ${column}`}>
                  <th scope="row">
                    <Link to="/p/$product/columns/$column" params={{ product: ref, column: name }}>
                      <code>{`${table}.${name}`}</code>
                    </Link>
                  </th>
                  <td>
                    <Link to="/p/$product" params={{ product: object }}>
                      {object}
                    </Link>
                  </td>
                  <td>
                    <code>{column}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </Panel>
  );
}
