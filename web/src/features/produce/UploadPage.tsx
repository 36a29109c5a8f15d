/**
 * Sends files to a product: each a batch of its own, or all together as one. Sending and checking go on when one leaves.
 */
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { productQuery } from '../../api/queries.ts';
import { domainOf, mayDecide } from '../../api/rights.ts';
import { sendBatch } from '../../api/transfer.ts';
import type { Product } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { WorkLine } from '../../components/WorkLine.tsx';
import { verdictOf } from '../../components/words-verdict.ts';
import { isMissed, isOver, useWork, type Work } from '../../lib/work.ts';
import { ChosenFiles } from './ChosenFiles.tsx';
import { FileDrop } from './FileDrop.tsx';
import classes from './Produce.module.css';
import { Refusal } from './Refusal.tsx';
import { Unfinished } from './Unfinished.tsx';
import upload from './UploadPage.module.css';
import { sendWords } from './words.ts';
import { words } from './words-make.ts';

export function UploadPage() {
  const { product } = useParams({ from: '/make/$product/upload' });
  const me = useMe();
  if (!mayDecide(me, domainOf(product))) return <Refusal product={product} />;
  return <Send key={product} product={product} />;
}

function Send({ product }: { product: string }) {
  const found = useQuery(productQuery(product));
  const [sent, setSent] = useState<readonly string[]>([]);
  const works = useWork().filter(
    (work) => work.product === product && (sent.includes(work.id) || work.state !== 'done'),
  );
  useOpenVerdict(sent, works);
  const { major } = useSearch({ from: '/make/$product/upload' });
  if (found.isPending) return <Skeleton height={480} lines={6} />;
  if (found.error !== null) {
    return (
      <div className={classes['page']}>
        <h1>{words.nothingSendable(product)}</h1>
        <div className={classes['card']}>
          <ProblemBox
            error={found.error}
            onRetry={() => void found.refetch()}
            elsewhere={<Link to="/make">{words.myProducts}</Link>}
          />
        </div>
      </div>
    );
  }
  const served = found.data.contracts.filter(({ standing }) => standing !== 'replaced');
  const newest = served.find(({ standing }) => standing === 'newest');
  const contract = served.find((one) => one.major === major) ?? newest;
  const version = contract?.version ?? found.data.version;
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <Cloth domain={domainOf(product)} size={40} />
        <div className={classes['titles']}>
          <h1>{words.sendToTitle(found.data.title)}</h1>
          <p className={classes['meta']}>
            <Link
              to="/p/$product"
              params={{ product: contract === newest ? product : `${product}@${version}` }}
              className="mono"
            >
              {product}
              {version === null ? '' : `@${version}`}
            </Link>
            <span>{words.wholeOrNot}</span>
          </p>
        </div>
      </header>
      <Unfinished product={product} />
      {served.length > 1 && contract !== undefined ? (
        <ForVersion served={served} chosen={contract} />
      ) : null}
      <Choose
        key={contract?.major}
        product={product}
        major={served.length > 1 ? (contract?.major ?? null) : null}
        tables={contract?.tables ?? found.data.tables}
        onSent={(ids) => setSent([...sent, ...ids])}
      />
      {works.length === 0 ? null : <Going works={works} />}
    </div>
  );
}

type Served = Product['contracts'][number];

/** Why asked: each major has a table and readers of its own, and what is sent to one does not reach the others. */
function ForVersion({ served, chosen }: { served: readonly Served[]; chosen: Served }) {
  const navigate = useNavigate({ from: '/make/$product/upload' });
  return (
    <NativeSelect
      className={upload['version'] ?? ''}
      label={words.forVersion}
      value={String(chosen.major)}
      data={served.map(({ major, version, standing }) => ({
        value: String(major),
        label: standing === 'newest' ? words.newestVersion(version) : words.servedVersion(version),
      }))}
      onChange={({ currentTarget }) =>
        void navigate({ search: { major: Number(currentTarget.value) }, replace: true })
      }
    />
  );
}

/** What was sent here and has its verdict is opened, when it is the only one and the page is still in sight. */
function useOpenVerdict(sent: readonly string[], works: readonly Work[]): void {
  const navigate = useNavigate();
  const opened = useRef(false);
  const [only] = sent.length === 1 ? works.filter(({ id }) => id === sent[0]) : [];
  useEffect(() => {
    if (only === undefined || only.state !== 'done' || only.batch === null || opened.current)
      return;
    opened.current = true;
    const { product, batch } = only;
    void navigate({ to: '/make/$product/batches/$batch', params: { product, batch } });
  }, [only, navigate]);
}

function Going({ works }: { works: readonly Work[] }) {
  const going = works.filter((work) => !isOver(work)).length;
  return (
    <Panel
      title={going > 0 ? words.underWay : words.sent(works.length, works.filter(isMissed).length)}
      {...(going > 0 ? { aside: words.underWayHelp } : {})}
    >
      <ul className={upload['works']} aria-live="polite">
        {works.map((work) => (
          <li key={work.id}>
            <WorkLine work={work} isWhole />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface ChooseProps {
  product: string;
  /** Null where there is only one. */
  major: number | null;
  tables: readonly string[];
  onSent: (ids: string[]) => void;
}

function Choose({ product, major, tables, onSent }: ChooseProps) {
  const { id: subject } = useMe();
  const search = useSearch({ from: '/make/$product/upload' });
  const navigate = useNavigate({ from: '/make/$product/upload' });
  const [files, setFiles] = useState<readonly File[]>([]);
  const [way, setWay] = useState<'apart' | 'together'>('apart');
  const [key, setKey] = useState('');
  const table = tables.length > 1 ? (search.table ?? tables[0] ?? null) : null;
  const isOne = files.length === 1 || way === 'together';
  const send = () => {
    const groups = isOne ? [files] : files.map((file) => [file]);
    const named = key.trim() === '' || !isOne ? null : key.trim();
    onSent(
      groups.map((group) =>
        sendBatch({ subject, product, major, files: group, key: named, table }, verdictOf),
      ),
    );
    setFiles([]);
    setKey('');
  };
  return (
    <form
      className={upload['form']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <FileDrop
        title={files.length === 0 ? words.drop : words.addMore}
        hint={words.dropHelp}
        isMultiple
        isSmall={files.length > 0}
        onFiles={(more) => setFiles(joined(files, more))}
      />
      {files.length === 0 ? null : (
        <>
          <ChosenFiles
            files={files}
            onRemove={(file) => setFiles(files.filter((one) => one !== file))}
          />
          <Options
            hasSeveral={files.length > 1}
            way={way}
            onWay={setWay}
            tables={tables}
            table={table}
            onTable={(name) =>
              void navigate({ search: (old) => ({ ...old, table: name }), replace: true })
            }
            name={isOne ? key : null}
            onName={setKey}
          />
          <div className={upload['send']}>
            <Button type="submit">{sendWords(files)}</Button>
          </div>
        </>
      )}
    </form>
  );
}

/** A file that is chosen again is the same file, and is sent once. */
function joined(files: readonly File[], more: readonly File[]): File[] {
  const nameOf = ({ name, size, lastModified }: File) => `${name} ${size} ${lastModified}`;
  const byName = new Map([...files, ...more].map((file) => [nameOf(file), file]));
  return [...byName.values()];
}

interface OptionsProps {
  hasSeveral: boolean;
  way: 'apart' | 'together';
  onWay: (way: 'apart' | 'together') => void;
  tables: readonly string[];
  /** Null for a product of one table. */
  table: string | null;
  onTable: (table: string) => void;
  /** The sender's name for the delivery; null where there are several. */
  name: string | null;
  onName: (name: string) => void;
}

function Options(props: OptionsProps) {
  const { hasSeveral, way, onWay, tables, table, onTable, name, onName } = props;
  return (
    <div className={upload['options']}>
      {hasSeveral ? (
        <SegmentedControl
          aria-label={words.ways}
          value={way}
          onChange={(value) => onWay(value === 'together' ? 'together' : 'apart')}
          data={[
            { value: 'apart', label: words.apart },
            { value: 'together', label: words.together },
          ]}
        />
      ) : null}
      {table === null ? null : (
        <NativeSelect
          label={words.table}
          value={table}
          data={[...tables]}
          onChange={({ currentTarget }) => onTable(currentTarget.value)}
        />
      )}
      {name === null ? null : (
        <TextInput
          label={words.key}
          description={words.keyHelp}
          placeholder="2026-11-22"
          value={name}
          maxLength={200}
          onChange={(event) => onName(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
