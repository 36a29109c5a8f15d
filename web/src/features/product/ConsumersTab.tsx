/**
 * Who uses a product, and for what: a count for everybody, names for who may know them.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Consumers, consumersQuery } from '../../api/graph.ts';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatDay, formatName, plural } from '../../lib/format.ts';
import { useProductRef } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { words } from './words.ts';

export function ConsumersTab() {
  const { product } = useProductRef();
  const consumers = useQuery(consumersQuery(product));
  if (consumers.isPending) return <Skeleton height={240} label="Loading who uses it" />;
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
        Whoever is granted access for a purpose is counted here.
      </Empty>
    );
  }
  const who = plural(count, { one: '# consumer has', other: '# consumers have' });
  const what = plural(agreements, { one: '# agreement in force', other: '# agreements in force' });
  return (
    <div className={classes['page']}>
      <h2>{`${who} ${what}`}</h2>
      {items === null ? (
        <p>Who they are, and for what, is shown to owner, steward and privacy officer.</p>
      ) : (
        <People items={items} />
      )}
    </div>
  );
}

function People({ items }: { items: NonNullable<Consumers['items']> }) {
  return (
    <Panel title="Who they are" isFlush>
      <ScrollArea className={undefined} label="Agreements in force">
        <table className={classes['table']}>
          <caption className="unseen">Agreements in force</caption>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Purpose</th>
              <th scope="col">Until</th>
              <th scope="col">Agreement</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ subject, purpose, agreement, until }) => (
              <tr key={agreement}>
                <th scope="row">{subject}</th>
                <td>{formatName(purpose)}</td>
                <td>{until === null ? 'no end' : formatDay(until)}</td>
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
