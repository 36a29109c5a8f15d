/**
 * The mesh as it is now: what depends on what, what is stopped, and who waits for it; as a picture and as a list.
 */
import { SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useCallback, useMemo } from 'react';
import { type MeshGraph, meshGraphQuery } from '../../api/graph.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GraphList } from '../../components/graph/GraphList.tsx';
import { latePart } from '../../components/late.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatNumber } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import { Legend } from './Legend.tsx';
import classes from './MapPage.module.css';
import { LENSES, type Lens, type MapSearch } from './map-search.ts';
import { domainsOf, finding, firstLens, type MapView, viewOf } from './map-view.ts';
import { NodePanel } from './NodePanel.tsx';
import { aboutWords, words } from './words.ts';

const Graph = latePart(() =>
  import('../../components/graph/Graph.tsx').then((module) => module.Graph),
);

const LENS_NAMES: Record<Lens, string> = {
  references: words.references,
  agreements: words.agreements,
  freshness: words.freshness,
};

type Change = { [Name in keyof MapSearch]?: MapSearch[Name] | undefined };

export function MapPage() {
  const answer = useQuery(meshGraphQuery());
  if (answer.error !== null) {
    return (
      <div className={classes['alone']}>
        <h1>{words.title}</h1>
        <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />
      </div>
    );
  }
  if (answer.data === undefined) return <Skeleton height={700} label={words.loading} />;
  if (answer.data.nodes.every(({ kind }) => kind !== 'product')) {
    return (
      <div className={classes['alone']}>
        <h1>{words.empty}</h1>
        <Empty title={words.emptyTitle}>{words.emptyHelp}</Empty>
      </div>
    );
  }
  return <MeshMap graph={answer.data} />;
}

function MeshMap({ graph }: { graph: MeshGraph }) {
  const search = useSearch({ from: '/map' });
  const { lens = firstLens(graph), domain, focus } = search;
  const navigate = useNavigate({ from: '/map' });
  const change = useCallback(
    (part: Change) =>
      void navigate({ search: (old) => present({ ...old, ...part }) as MapSearch, replace: true }),
    [navigate],
  );
  const view = useMemo(() => viewOf(graph, { lens, domain }), [graph, lens, domain]);
  const focused = view.nodes.find(({ id }) => id === focus) ?? null;
  return (
    <div className={classes['page']} data-panel={focused !== null || undefined}>
      <div className={classes['main']}>
        <header className={classes['head']}>
          <div>
            <h1>{finding(graph)}</h1>
            <p className={classes['about']}>
              {aboutWords(
                {
                  domains: domainsOf(graph).length,
                  products: productsIn(graph.nodes),
                  shown: productsIn(view.nodes),
                  readers: view.nodes.filter(({ kind }) => kind === 'subject').length,
                },
                graph.truncated,
              )}
            </p>
          </div>
          <SegmentedControl
            aria-label={words.lenses}
            data={LENSES.map((value) => ({ value, label: LENS_NAMES[value] }))}
            value={lens}
            onChange={(value) => change({ lens: LENSES.find((one) => one === value) })}
          />
        </header>
        <Domains graph={graph} chosen={domain} onChoose={(next) => change({ domain: next })} />
        <Shown view={view} focus={focused?.id ?? null} label={finding(graph)} onChange={change} />
      </div>
      {focused === null ? null : (
        <NodePanel
          node={focused}
          graph={graph}
          view={view}
          onFocus={(id) => change({ focus: id })}
          onClose={() => change({ focus: undefined })}
        />
      )}
    </div>
  );
}

const productsIn = (nodes: readonly { kind: string }[]): number =>
  nodes.filter(({ kind }) => kind === 'product').length;

interface DomainsProps {
  graph: MeshGraph;
  chosen: string | undefined;
  onChoose(domain: string | undefined): void;
}

function Domains({ graph, chosen, onChoose }: DomainsProps) {
  const domains = useMemo(() => domainsOf(graph), [graph]);
  return (
    <ul className={classes['domains']} aria-label={words.domains}>
      {domains.map(({ domain, title, products }) => (
        <li key={domain}>
          <button
            type="button"
            className={classes['domain']}
            aria-pressed={domain === chosen}
            onClick={() => onChoose(domain === chosen ? undefined : domain)}
          >
            <Cloth domain={domain} size={18} />
            {title} <span>{formatNumber(products)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ShownProps {
  view: MapView;
  focus: string | null;
  label: string;
  onChange(part: Change): void;
}

function Shown({ view, focus, label, onChange }: ShownProps) {
  const { view: asked } = useSearch({ from: '/map' });
  const isPhone = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const isList = asked === 'list' || isPhone;
  const choose = (id: string) => onChange({ focus: id });
  if (view.nodes.length === 0) {
    return <Empty title={words.noThread}>{words.otherLens}</Empty>;
  }
  return (
    <div className={classes['shown']}>
      {isList ? (
        <GraphList
          nodes={view.nodes}
          edges={view.edges}
          focus={focus}
          onFocus={choose}
          label={label}
        />
      ) : (
        <Suspense fallback={<Skeleton height={560} label={words.drawing} />}>
          <Graph
            nodes={view.nodes}
            edges={view.edges}
            focus={focus}
            onFocus={choose}
            label={label}
            height="100%"
          />
        </Suspense>
      )}
      {isPhone ? null : (
        <Legend isList={isList} onToggle={() => onChange({ view: isList ? undefined : 'list' })} />
      )}
    </div>
  );
}
