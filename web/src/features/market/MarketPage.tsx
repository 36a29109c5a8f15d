/**
 * The market: find a product, see whether it keeps what it promises, get it.
 */
import { Button, Menu } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconArrowsSort } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Action, useActions } from '../../app/actions.ts';
import { Empty } from '../../components/Empty.tsx';
import { More } from '../../components/More.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { CompareTray } from './CompareTray.tsx';
import { Facets } from './Facets.tsx';
import { FilterBar } from './FilterBar.tsx';
import classes from './MarketPage.module.css';
import { SORTS } from './market-search.ts';
import { ProductRow } from './ProductRow.tsx';
import { useCompare } from './use-compare.ts';
import { type Market, useMarket } from './use-market.ts';
import { useRowKeys } from './use-row-keys.ts';
import { fitting, SORT_WORDS, words } from './words.ts';

export function MarketPage() {
  const market = useMarket();
  const [areFacetsOpen, setFacetsOpen] = useState(false);
  const compare = useCompare();
  useSearchKey();
  return (
    <div className={classes['page']}>
      <h1 className="unseen">{words.title}</h1>
      <aside
        className={classes['facets']}
        data-open={areFacetsOpen || undefined}
        aria-label={words.filter}
      >
        <Facets
          facets={market.facets ?? {}}
          conditions={market.conditions}
          onChange={market.setConditions}
        />
      </aside>
      <div className={classes['main']}>
        <FilterBar market={market} />
        <ResultHead market={market} onFacets={() => setFacetsOpen((is) => !is)} />
        <Results market={market} compare={compare} />
      </div>
      <CompareTray compare={compare} />
    </div>
  );
}

function ResultHead({ market, onFacets }: { market: Market; onFacets(): void }) {
  const { first, search, change } = market;
  const sort = search.sort ?? 'fit';
  return (
    <div className={classes['head']}>
      <p className={classes['count']} role="status">
        {first === undefined || market.faults.typed !== null ? (
          '\u00a0'
        ) : (
          <Phrase parts={fitting(first.total, first.capped)} />
        )}
      </p>
      <Button
        variant="default"
        className={classes['filter']}
        leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.7} />}
        onClick={onFacets}
      >
        {words.filter}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconArrowsSort size={16} stroke={1.7} />}>
            {SORT_WORDS[sort]}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SORTS.map((one) => (
            <Menu.Item key={one} onClick={() => change({ sort: one })}>
              {SORT_WORDS[one]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

interface ResultsProps {
  market: Market;
  compare: ReturnType<typeof useCompare>;
}

function Results({ market, compare }: ResultsProps) {
  const { answer, hits } = market;
  const list = useRef<HTMLUListElement>(null);
  const at = useRowKeys({ count: hits.length, list });
  // Why nothing: the field says what is wrong, and nothing was found, nor nothing.
  if (market.faults.typed !== null || market.faults.answered !== null) return null;
  if (answer.error !== null) {
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data === undefined) return <Skeleton height={640} lines={12} />;
  if (hits.length === 0) return <Nothing market={market} />;
  return (
    <section className={classes['list']} data-stale={answer.isPlaceholderData || undefined}>
      <div className={classes['columns']} aria-hidden="true">
        <span>{words.product}</span>
        <span className={classes['key']}>{words.key}</span>
        <span>{words.measured}</span>
        <span>{words.promised}</span>
        <span>{words.access}</span>
      </div>
      <ul ref={list}>
        {hits.map((hit, index) => (
          <ProductRow key={hit.product} hit={hit} isAt={index === at} compare={compare} />
        ))}
      </ul>
      <More answer={answer} className={classes['more']}>
        {words.more}
      </More>
    </section>
  );
}

function Nothing({ market }: { market: Market }) {
  const isAsked = market.search.q !== undefined || market.conditions.length > 0;
  if (!isAsked) return <Empty title={words.empty}>{words.emptyHelp}</Empty>;
  const clear = (
    <Button variant="default" onClick={() => market.change({ q: '', where: '' })}>
      {words.clear}
    </Button>
  );
  const { nearest = [] } = market.first ?? {};
  const near = nearest.map((text) => (
    <Button key={text} variant="default" onClick={() => market.change({ q: text })}>
      {words.lookFor(text)}
    </Button>
  ));
  return (
    <Empty
      title={words.none}
      action={
        <div className={classes['ways']}>
          {near}
          {clear}
        </div>
      }
    >
      {nearest.length === 0 ? words.noneHelp : words.nearHelp}
    </Empty>
  );
}

/** "/" goes to the field. */
function useSearchKey(): void {
  const actions = useMemo(
    (): Action[] => [
      {
        id: 'market-search',
        label: words.searchKey,
        group: 'here',
        shortcut: '/',
        run: () => document.getElementById('market-words')?.focus(),
      },
    ],
    [],
  );
  useActions(actions);
  useEffect(() => {
    // Why: who comes to the market comes to search; on a phone the keyboard would hide what is there.
    if (matchMedia('(min-width: 641px)').matches) document.getElementById('market-words')?.focus();
  }, []);
}
