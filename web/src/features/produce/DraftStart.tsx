/**
 * The beginning of a new product: which domain, what it is called, and a sample of its data.
 */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../../api/problem.ts';
import { actsFor } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { formatBytes, formatName } from '../../lib/format.ts';
import classes from './DraftStart.module.css';
import { FileDrop } from './FileDrop.tsx';
import { nameOfFile } from './file-names.ts';
import type { Draft } from './NewProductPage.tsx';
import { inferContract, SAMPLE_BYTES_MAX } from './new-product.ts';
import page from './Produce.module.css';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

export function DraftStart({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const me = useMe();
  const domains = me.domains.filter((one) => actsFor(me, one));
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [sample, setSample] = useState<File | null>(null);
  const domain = chosen ?? domains[0] ?? '';
  const product = `${domain}.${name ?? ''}`;
  const infer = useMutation({
    mutationFn: (file: File) => inferContract(file, product),
    onSuccess: (inference, file) => onDraft({ product, sample: file, inference }),
  });
  const isTooLarge = sample !== null && sample.size > SAMPLE_BYTES_MAX;
  const isReady = sample !== null && !isTooLarge && domain !== '' && NAME.test(name ?? '');
  const choose = (file: File) => {
    setSample(file);
    infer.reset();
    if (name === null) setName(nameOfFile(file.name));
  };
  return (
    <div className={page['page']}>
      <header className={`${page['titles']} ${page['big']}`}>
        <h1>New product from a sample file</h1>
        <p className={page['lead']}>
          The mesh reads the sample and drafts the contract: columns, types, keys, what looks
          personal. You say the rest, see what is missing as you write, and publish.
        </p>
      </header>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && sample !== null) infer.mutate(sample);
        }}
      >
        <FileDrop
          title={
            sample === null
              ? 'Drop a sample here, or choose it'
              : `${sample.name}, ${formatBytes(sample.size)}`
          }
          hint={`CSV, NDJSON, JSON, Parquet or Avro, up to ${formatBytes(SAMPLE_BYTES_MAX)}. It is read and not kept.`}
          onFiles={(files) => files[0] !== undefined && choose(files[0])}
        />
        {isTooLarge ? <ProblemBox error={tooLarge(sample)} /> : null}
        <Names
          domains={domains}
          domain={domain}
          onDomain={setChosen}
          name={name}
          onName={setName}
        />
        <div>
          <Button type="submit" disabled={!isReady} loading={infer.isPending}>
            Draft the contract
          </Button>
        </div>
        {infer.error === null ? null : (
          <div className={page['card']}>
            <ProblemBox
              error={infer.error}
              onRetry={() => sample !== null && infer.mutate(sample)}
            />
          </div>
        )}
      </form>
    </div>
  );
}

interface NamesProps {
  domains: readonly string[];
  domain: string;
  onDomain: (domain: string) => void;
  name: string | null;
  onName: (name: string) => void;
}

function Names({ domains, domain, onDomain, name, onName }: NamesProps) {
  return (
    <div className={classes['names']}>
      <NativeSelect
        label="Domain"
        value={domain}
        data={domains.map((value) => ({ value, label: formatName(value) }))}
        onChange={(event) => onDomain(event.currentTarget.value)}
      />
      <TextInput
        label="Name of the product"
        description={`In queries: ${domain}.${name ?? ''}`}
        value={name ?? ''}
        error={
          name === null || name === '' || NAME.test(name)
            ? null
            : 'Small letters, digits and _, a letter first'
        }
        onChange={(event) => onName(event.currentTarget.value)}
      />
    </div>
  );
}

function tooLarge(sample: File): Problem {
  return new Problem({
    status: 413,
    code: 'SAMPLE_TOO_LARGE',
    title: 'The sample is too large',
    detail: `${sample.name} has ${formatBytes(sample.size)}; a sample has up to ${formatBytes(SAMPLE_BYTES_MAX)}.`,
    remedy: 'Some ten thousand rows are enough. The whole file can be sent as the first batch.',
  });
}
