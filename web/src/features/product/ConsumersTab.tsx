/**
 * Who uses a product, and for what: counts for everybody, names for who may know them.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getJson, pathOf } from '../../api/json.ts';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatDay, formatName, formatNumber, plural } from '../../lib/format.ts';
import { useProductRef } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { words } from './words.ts';

interface Consumers {
  product: string;
  subjects: number;
  agreements: number;
  purposes: { purpose: string; subjects: number }[];
  items?:
    | {
        subject: string;
        purpose: string;
        agreement: string;
        until: string | null;
        since: string | null;
      }[]
    | null;
}

export function ConsumersTab() {
  const { product } = useProductRef();
  const consumers = useQuery({
    queryKey: ['consumers', product],
    queryFn: ({ signal }) => getJson<Consumers>(pathOf(['products', product, 'consumers']), signal),
    staleTime: 30_000,
  });
  if (consumers.isPending) return <Skeleton height={240} label="Loading who uses it" />;
  if (consumers.error !== null) {
    return <ProblemBox error={consumers.error} onRetry={() => void consumers.refetch()} />;
  }
  const { subjects, purposes, items } = consumers.data;
  if (subjects === 0) {
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
  return (
    <div className={classes['page']}>
      <Panel title={plural(subjects, { one: '# consumer', other: '# consumers' })} isFlush>
        <PurposeTable purposes={purposes} />
      </Panel>
      {items === undefined || items === null ? (
        <p className="caption">Names are shown to owner, steward and privacy officer.</p>
      ) : (
        <People items={items} />
      )}
    </div>
  );
}

function PurposeTable({ purposes }: { purposes: Consumers['purposes'] }) {
  return (
    <table className={classes['table']}>
      <caption className="unseen">Consumers by purpose</caption>
      <thead>
        <tr>
          <th scope="col">Purpose</th>
          <th scope="col">Consumers</th>
        </tr>
      </thead>
      <tbody>
        {purposes.map(({ purpose, subjects }) => (
          <tr key={purpose}>
            <th scope="row">{formatName(purpose)}</th>
            <td>{formatNumber(subjects)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function People({ items }: { items: NonNullable<Consumers['items']> }) {
  return (
    <Panel title="Who they are" isFlush>
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
    </Panel>
  );
}
