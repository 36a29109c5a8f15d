/**
 * The history of the rule that tells most, and how many misses the contract still allows.
 */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type MeasuredPromise, promisesQuery, ruleHistoryQuery } from '../../api/promises.ts';
import { historyLine, worstRule } from '../../components/history/history-line.ts';
import { RuleHistory } from '../../components/history/RuleHistory.tsx';
import { Panel } from '../../components/Panel.tsx';
import { plainText } from '../../components/Phrase.tsx';
import { Picks } from '../../components/Picks.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { promiseSentence } from '../../components/words-promise.ts';
import classes from './OverviewTab.module.css';
import { ruleNames } from './rule-names.ts';
import { useKeeps, useOpenProduct, useProductRef } from './use-product.ts';
import { words } from './words.ts';

/** Heights of the picture and of the line below it. */
const HISTORY = 218;
const FOOT = 31;

export function WorstRule({ product }: { product: string }) {
  const { data, isPending } = useQuery(promisesQuery(product));
  const { model } = useOpenProduct();
  if (isPending) {
    return (
      <Panel title={words.loadingHistory}>
        <Skeleton height={HISTORY + FOOT} label={words.loadingHistory} />
      </Panel>
    );
  }
  if (data === undefined) return null;
  const worst = worstRule(data.promises);
  if (worst === null || worst.rule === null) return null;
  const title = plainText(promiseSentence(worst, ruleNames(model)));
  return (
    <Panel title={title}>
      <History product={product} promise={worst} label={title} />
      <Foot product={product} promise={worst} budget={data.budget} />
    </Panel>
  );
}

interface HistoryProps {
  product: string;
  promise: MeasuredPromise;
  label: string;
}

export function History({ product, promise, label }: HistoryProps) {
  const { rule, promised, refused } = promise;
  const history = useInfiniteQuery(ruleHistoryQuery(product, rule ?? ''));
  if (history.isPending) return <Skeleton height={HISTORY} label={words.loadingHistory} />;
  const moments = history.data?.pages.flatMap(({ items }) => items) ?? [];
  if (moments.length === 0) return <p className="caption">{words.noneChecked}</p>;
  return (
    <RuleHistory
      line={historyLine(moments, { promised, isSetAside: refused !== null })}
      label={label}
    />
  );
}

interface FootProps {
  product: string;
  promise: MeasuredPromise;
  budget: { allowed: number; left: number } | null;
}

function Foot({ product, promise, budget }: FootProps) {
  const { ref } = useProductRef();
  const isKeeper = useKeeps(product.split('.')[0] ?? '');
  const refused = promise.refused ?? 0;
  if (budget === null && refused === 0) return null;
  return (
    <div className={classes['foot']}>
      {budget === null ? <span /> : <Picks allowed={budget.allowed} left={budget.left} />}
      {refused === 0 ? null : isKeeper ? (
        <Link to="/make/$product/quarantine" params={{ product }}>
          {words.seeRows(refused, refused === 1 ? 'row' : 'rows')}
        </Link>
      ) : (
        <Link to="/p/$product/quality/$rule" params={{ product: ref, rule: promise.rule ?? '' }}>
          {words.rowsAside(refused)}
        </Link>
      )}
    </div>
  );
}
