/**
 * Who uses a product, and for what: a count for everybody, names for who may know them.
 */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Consumers, consumersQuery } from '../../api/graph.ts';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatDay, formatName } from '../../lib/format.ts';
import { useProductRef } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { usageText, words } from './words.ts';

export function ConsumersTab() {
  const { product } = useProductRef();
  const consumers = useQuery(consumersQuery(product));
  if (consumers.isPending) return <Skeleton height={240} label={words.loadingConsumers} />;
  if (consumers.error !== null) {
    return <ProblemBox error={consumers.error} onRetry={() => void consumers.refetch()} />;
  }
  const { consumers: count, agreements, items } = consumers.data;
  if (count === 0) {
    return (
      <Empty
        title={words.noConsumers}
        action={
          <Link to="/p/$product/request" params={{ product }}>
            {words.request}
          </Link>
        }
      >
        {words.noConsumersHelp}
      </Empty>
    );
  }
  return (
    <div className={classes['page']}>
      <h2>{usageText(count, agreements)}</h2>
      {items === null ? <p>{words.peopleHidden}</p> : <People items={items} />}
    </div>
  );
}

function People({ items }: { items: NonNullable<Consumers['items']> }) {
  return (
    <Panel title={words.people} isFlush>
      <ScrollArea className={classes['scroll']} label={words.agreements}>
        <table className={`${classes['table']} ${classes['whole']}`}>
          <caption className="unseen">{words.agreements}</caption>
          <thead>
            <tr>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.purpose}</th>
              <th scope="col">{words.until}</th>
              <th scope="col">{words.agreement}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ subject, purpose, agreement, until }) => (
              <tr key={agreement}>
                <th scope="row">
                  <PersonName id={subject} />
                </th>
                <td>{formatName(purpose)}</td>
                <td>{until === null ? words.noEnd : formatDay(until)}</td>
                <td>
                  <Link to="/agreements/$agreement" params={{ agreement }}>
                    <code>{agreement}</code>
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}
