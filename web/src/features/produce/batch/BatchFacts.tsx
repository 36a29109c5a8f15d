/**
 * Where a batch came from and what it became: source with checksum, contract, snapshot, times; and its generations.
 */

import { Link } from '@tanstack/react-router';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Phrase } from '../../../components/Phrase.tsx';
import { ScrollArea } from '../../../components/ScrollArea.tsx';
import { Status } from '../../../components/Status.tsx';
import { TimeText } from '../../../components/TimeText.tsx';
import { formatBytes, formatNumber } from '../../../lib/format.ts';
import classes from '../Produce.module.css';
import type { Batch, Lineage } from '../types.ts';
import { fileWords, generationWords, overAll, words } from './words-batch.ts';

export function BatchFacts({ batch }: { batch: Batch }) {
  const { contract, key, snapshot, sequence, started, finished, seconds } = batch;
  return (
    <Panel title={words.origin}>
      <dl className={classes['facts']}>
        <Source batch={batch} />
        <dt>{words.key}</dt>
        <dd>{key === null ? words.noKey : <code>{key}</code>}</dd>
        <dt>{words.table}</dt>
        <dd>
          <code>{batch.table}</code>
        </dd>
        <dt>{words.contract}</dt>
        <dd>
          <code>
            {contract.id}@{contract.version}
          </code>
        </dd>
        <Id name={words.contractHash} id={contract.hash} />
        <dt>{words.snapshot}</dt>
        <dd>
          {snapshot === null ? words.noSnapshot : <code>{snapshot}</code>}
          {sequence === null ? null : <span className="caption">{words.numberOf(sequence)}</span>}
        </dd>
        <dt>{words.landed}</dt>
        <dd>
          <TimeText at={started} />
        </dd>
        <dt>{words.verdict}</dt>
        <dd>
          <TimeText at={finished} missing={words.notYet} />
          {seconds === null ? null : <span>{words.after(seconds * 1_000)}</span>}
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
      <dt>{words.source}</dt>
      <dd>{[source.name ?? words.unnamed, formatBytes(source.bytes), source.format].join(', ')}</dd>
      {files.length > 0 ? <Files files={files} /> : null}
      <Id name="SHA-256" id={source.sha256} />
      {source.sameBytesAs === undefined ? null : (
        <>
          <dt>{words.sameBytes}</dt>
          <dd>
            <BatchLink product={product} batch={source.sameBytesAs} />
          </dd>
        </>
      )}
    </>
  );
}

/** What is told only of some batches. */
function Told({ batch: { source, state, because, heldBecause, problem } }: { batch: Batch }) {
  // Why not again: the page begins with what was wrong.
  const isSaid = because === null || state === 'held' || problem !== undefined;
  return (
    <>
      {source.encodingDoubt === undefined ? null : (
        <>
          <dt>{words.encoding}</dt>
          <dd>
            <Status kind="close">
              {words.doubt(source.encodingDoubt.declared, source.encodingDoubt.looksLike)}
            </Status>
          </dd>
        </>
      )}
      {heldBecause === undefined ? null : (
        <>
          <dt>{words.wasHeld}</dt>
          <dd>{heldBecause}</dd>
        </>
      )}
      {isSaid ? null : (
        <>
          <dt>{words.reasonGiven}</dt>
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
        <CopyButton label={words.copy(name)} text={id} />
      </dd>
    </>
  );
}

function Files({ files }: { files: NonNullable<Batch['source']['files']> }) {
  return (
    <>
      <dt>{words.files}</dt>
      <dd>
        <details>
          <summary>{words.fileCount(files.length)}</summary>
          <ul>
            {files.map(({ name, bytes, records }) => (
              <li key={name}>{fileWords(name, bytes, records)}</li>
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
  return (
    <Panel
      title={generations.length === 1 ? words.noRepair : words.repairs(generations.length - 1)}
      isFlush
    >
      <ScrollArea label={words.generations}>
        <table className={classes['table']}>
          <caption>{words.generations}</caption>
          <GenerationsHead />
          <tbody>
            {generations.map((one, at) => (
              <GenerationLine key={one.batch} one={one} isFirst={at === 0} batch={batch} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <p className={classes['note']}>
        <Phrase parts={overAll(records)} />
      </p>
    </Panel>
  );
}

function GenerationsHead() {
  return (
    <thead>
      <tr>
        <th scope="col">{words.batch}</th>
        <th scope="col">{words.state}</th>
        <th scope="col" className={classes['number']}>
          {words.in}
        </th>
        <th scope="col" className={classes['number']}>
          {words.good}
        </th>
        <th scope="col" className={classes['number']}>
          {words.open}
        </th>
        <th scope="col" className={classes['number']}>
          {words.givenUp}
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
          <Phrase parts={generationWords(one.started, { isFirst, isHere })} />
        </p>
      </td>
      <td className={classes['word']}>{one.state}</td>
      <td className={classes['number']}>{formatNumber(one.records.in)}</td>
      <td className={classes['number']}>{formatNumber(one.records.good)}</td>
      <td className={classes['number']}>{formatNumber(one.open)}</td>
      <td className={classes['number']}>{formatNumber(one.discarded)}</td>
    </tr>
  );
}
