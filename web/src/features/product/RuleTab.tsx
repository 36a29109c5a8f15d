/**
 * One rule: its sentence, its history, and, for whoever may see them, the rows that it set aside.
 */

import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Answer, Item } from '../../api/answers.ts';
import { api, take } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { type MeasuredPromise, promisesQuery } from '../../api/promises.ts';
import { ContractLedger } from '../../components/ContractLedger.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase, plainText } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { promiseSentence } from '../../components/words-promise.ts';
import { formatNumber } from '../../lib/format.ts';
import { ledgerRow } from './ledger-rows.ts';
import classes from './QualityTab.module.css';
import { ruleNames } from './rule-names.ts';
import { useOpenProduct } from './use-product.ts';
import { History } from './WorstRule.tsx';
import { words } from './words-quality.ts';

const SAMPLE = 25;

export function RuleTab() {
  const { rule = '' } = useParams({ strict: false });
  const { product: facts, ref, model } = useOpenProduct();
  const { product } = facts;
  const names = ruleNames(model);
  const promises = useQuery(promisesQuery(product));
  if (promises.isPending) return <Skeleton height={420} lines={8} label={words.loadingRule} />;
  if (promises.error !== null) {
    return <ProblemBox error={promises.error} onRetry={() => void promises.refetch()} />;
  }
  const promise = promises.data.promises.find((item) => item.rule === rule);
  if (promise === undefined) {
    return (
      <Empty
        title={words.noRule(ref, rule)}
        action={
          <Link to="/p/$product/quality" params={{ product: ref }}>
            {words.seeRules}
          </Link>
        }
      />
    );
  }
  const title = plainText(promiseSentence(promise, names));
  return (
    <div className={classes['page']}>
      <h2>{title}</h2>
      <div className={classes['columns']}>
        <Panel title={words.history}>
          <History product={product} promise={promise} label={title} />
        </Panel>
        <Panel title={words.now}>
          <ContractLedger rows={[ledgerRow(promise, names)]} caption={title} />
          <NewestBatch promise={promise} product={product} />
        </Panel>
      </div>
      <SetAside promise={promise} product={product} />
    </div>
  );
}

function NewestBatch({ promise, product }: { promise: MeasuredPromise; product: string }) {
  if (promise.batch === null) return null;
  return (
    <p className={classes['aside']}>
      <Phrase
        parts={words.measuredOn(
          <Link to="/make/$product/batches/$batch" params={{ product, batch: promise.batch }}>
            <code>{promise.batch}</code>
          </Link>,
        )}
      />
    </p>
  );
}

type QuarantineRow = Item<Answer<'/api/v1/quarantine/rows', 'get'>>;

/** Rows that the rule refused. Who may not see them is told who may. */
function SetAside({ promise, product }: { promise: MeasuredPromise; product: string }) {
  const rule = promise.rule ?? '';
  const rows = useQuery({
    queryKey: ['set-aside', product, rule],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/quarantine/rows', {
          params: { query: { product, rule, limit: SAMPLE } },
          signal,
        }),
      ),
    retry: false,
  });
  if (rows.error instanceof Problem && [403, 404].includes(rows.error.status)) {
    const refused = promise.refused ?? 0;
    return refused === 0 ? null : (
      <p className={classes['aside']}>{words.asideHidden(refused, product)}</p>
    );
  }
  const items = rows.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel
      title={words.aside}
      isFlush
      aside={
        <Link to="/make/$product/quarantine" params={{ product }}>
          {words.repair}
        </Link>
      }
    >
      <RowTable items={items} rule={rule} product={product} />
    </Panel>
  );
}

function RowTable({
  items,
  rule,
  product,
}: {
  items: readonly QuarantineRow[];
  rule: string;
  product: string;
}) {
  return (
    <ScrollArea className={classes['scroll']} label={words.rows}>
      <table className={`${classes['table']} ${classes['rows']}`}>
        <caption className="unseen">{words.rowsTable}</caption>
        <thead>
          <tr>
            <th scope="col">{words.record}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">{words.reason}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.batch}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const reason = item.reasons.find((own) => own.rule === rule) ?? item.reasons[0];
            return (
              <tr key={item.ref}>
                <th scope="row">
                  {formatNumber(item.record)}
                  {item.line === null ? null : (
                    <span className="caption"> {words.line(item.line)}</span>
                  )}
                </th>
                <td>
                  {reason?.value === null ? (
                    <span className="caption">{words.empty}</span>
                  ) : (
                    <code>{reason?.value}</code>
                  )}
                </td>
                <td>{reason?.message}</td>
                <td>{item.state}</td>
                <td>
                  <Link to="/make/$product/batches/$batch" params={{ product, batch: item.batch }}>
                    <code>{item.batch}</code>
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}
