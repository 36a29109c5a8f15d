/**
 * Where a batch came from and what it became: source with checksum, contract, snapshot, times; and its generations.
 */
import { Link } from '@tanstack/react-router';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatBytes, formatDuration, formatNumber, plural } from '../../lib/format.ts';
import classes from './Produce.module.css';
import type { Batch, Lineage } from './types.ts';

export function BatchFacts({ batch }: { batch: Batch }) {
  const { contract, key, snapshot, sequence, started, finished, seconds } = batch;
  return (
    <Panel title="Where it came from">
      <dl className={classes['facts']}>
        <Source batch={batch} />
        <dt>Key</dt>
        <dd>{key === null ? 'none: sent again, it would be another batch' : <code>{key}</code>}</dd>
        <dt>Table</dt>
        <dd>
          <code>{batch.table}</code>
        </dd>
        <dt>Contract</dt>
        <dd>
          <code>
            {contract.id}@{contract.version}
          </code>
        </dd>
        <Id name="Contract hash" id={contract.hash} />
        <dt>Snapshot</dt>
        <dd>
          {snapshot === null ? 'none: it is not in the table' : <code>{snapshot}</code>}
          {sequence === null ? null : (
            <span className="caption">number {formatNumber(sequence)} of its table</span>
          )}
        </dd>
        <dt>Landed</dt>
        <dd>
          <TimeText at={started} />
        </dd>
        <dt>Verdict</dt>
        <dd>
          <TimeText at={finished} missing="not yet" />
          {seconds === null ? null : <span>after {formatDuration(seconds * 1_000)}</span>}
        </dd>
        <Told batch={batch} />
      </dl>
    </Panel>
  );
}

function Source({ batch: { source, product } }: { batch: Batch }) {
  const files = source.files ?? [];
  return (
    <>
      <dt>Source</dt>
      <dd>
        {source.name ?? 'without a name'}, {formatBytes(source.bytes)}, {source.format}
      </dd>
      {files.length > 0 ? <Files files={files} /> : null}
      <Id name="SHA-256" id={source.sha256} />
      {source.sameBytesAs === undefined ? null : (
        <>
          <dt>Same bytes as</dt>
          <dd>
            <BatchLink product={product} batch={source.sameBytesAs} />
          </dd>
        </>
      )}
    </>
  );
}

/** What is told only of some batches. */
function Told({ batch: { source, state, because, heldBecause } }: { batch: Batch }) {
  return (
    <>
      {source.encodingDoubt === undefined ? null : (
        <>
          <dt>Encoding</dt>
          <dd>
            <Status kind="close">
              Declared as {source.encodingDoubt.declared}, looks like{' '}
              {source.encodingDoubt.looksLike}
            </Status>
          </dd>
        </>
      )}
      {heldBecause === undefined ? null : (
        <>
          <dt>Was held because</dt>
          <dd>{heldBecause}</dd>
        </>
      )}
      {because === null || state === 'held' ? null : (
        <>
          <dt>Reason given</dt>
          <dd>{because}</dd>
        </>
      )}
    </>
  );
}

function Id({ name, id }: { name: string; id: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{id}</code>
        <CopyButton label={`Copy ${name}`} text={id} />
      </dd>
    </>
  );
}

function Files({ files }: { files: NonNullable<Batch['source']['files']> }) {
  return (
    <>
      <dt>Files</dt>
      <dd>
        <details>
          <summary>{plural(files.length, { one: '# file', other: '# files' })}</summary>
          <ul>
            {files.map(({ name, bytes, records }) => (
              <li key={name}>
                {name}, {formatBytes(bytes)}
                {records === undefined
                  ? ''
                  : `, ${plural(records, { one: '# record', other: '# records' })}`}
              </li>
            ))}
          </ul>
        </details>
      </dd>
    </>
  );
}

function BatchLink({ product, batch }: { product: string; batch: string }) {
  return (
    <Link to="/make/$product/batches/$batch" params={{ product, batch }} className="mono">
      {batch}
    </Link>
  );
}

export interface GenerationsProps {
  lineage: Lineage;
  batch: Batch;
}

/** Each record over all repairs, with the sum that always adds up. */
export function Generations({ lineage, batch }: GenerationsProps) {
  const { records, generations } = lineage;
  const parts = [
    records.committed,
    records.duplicates,
    records.open,
    records.discarded,
    records.held,
  ];
  return (
    <Panel
      title={
        generations.length === 1
          ? 'No repair yet'
          : plural(generations.length - 1, { one: '# repair of it', other: '# repairs of it' })
      }
      isFlush
    >
      <div className={classes['scroll']}>
        <table className={classes['table']}>
          <caption>Generations of the batch</caption>
          <GenerationsHead />
          <tbody>
            {generations.map((one, at) => (
              <GenerationLine key={one.batch} one={one} isFirst={at === 0} batch={batch} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes['note']}>
        Over all: <strong>{formatNumber(records.in)}</strong> in = {formatNumber(records.committed)}{' '}
        in the table + {formatNumber(records.duplicates)} there already +{' '}
        {formatNumber(records.open)} open + {formatNumber(records.discarded)} given up +{' '}
        {formatNumber(records.held)} held
        {parts.reduce((sum, part) => sum + part, 0) === records.in
          ? '.'
          : '. The rest is being checked.'}
      </p>
    </Panel>
  );
}

function GenerationsHead() {
  return (
    <thead>
      <tr>
        <th scope="col">Batch</th>
        <th scope="col">State</th>
        <th scope="col" className={classes['number']}>
          In
        </th>
        <th scope="col" className={classes['number']}>
          Good
        </th>
        <th scope="col" className={classes['number']}>
          Open
        </th>
        <th scope="col" className={classes['number']}>
          Given up
        </th>
      </tr>
    </thead>
  );
}

interface GenerationLineProps {
  one: Lineage['generations'][number];
  isFirst: boolean;
  batch: Batch;
}

function GenerationLine({ one, isFirst, batch }: GenerationLineProps) {
  const isHere = one.batch === batch.batch;
  return (
    <tr>
      <td>
        {isHere ? (
          <span className="mono">{one.batch}</span>
        ) : (
          <BatchLink product={batch.product} batch={one.batch} />
        )}
        <p className="caption">
          {isFirst ? 'as it was sent' : 'repair'}, <TimeText at={one.started} />
          {isHere ? ', this page' : ''}
        </p>
      </td>
      <td>{one.state}</td>
      <td className={classes['number']}>{formatNumber(one.records.in)}</td>
      <td className={classes['number']}>{formatNumber(one.records.good)}</td>
      <td className={classes['number']}>{formatNumber(one.open)}</td>
      <td className={classes['number']}>{formatNumber(one.discarded)}</td>
    </tr>
  );
}
