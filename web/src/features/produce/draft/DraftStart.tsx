/**
 * The beginning of a new product: which domain, what it is called, and a sample of its data.
 */

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDomainTitles } from '../../../api/names.ts';
import { Problem } from '../../../api/problem.ts';
import { actsFor } from '../../../api/rights.ts';
import { useMe } from '../../../app/session.tsx';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { useSending } from '../../../components/use-sending.ts';
import { formatBytes } from '../../../lib/format.ts';
import { FileDrop } from '../FileDrop.tsx';
import { nameOfFile } from '../file-names.ts';
import page from '../Produce.module.css';
import classes from './DraftStart.module.css';
import { type FirstDraft, holdSample } from './kept-draft.ts';
import { inferContract, SAMPLE_BYTES_MAX } from './new-product.ts';
import { words } from './words-draft.ts';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

export function DraftStart({ onDraft }: { onDraft: (draft: FirstDraft) => void }) {
  const me = useMe();
  const domains = me.domains.filter((one) => actsFor(me, one));
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [sample, setSample] = useState<File | null>(null);
  const domain = chosen ?? domains[0] ?? '';
  const product = `${domain}.${name ?? ''}`;
  const infer = useSending({
    mutationFn: (file: File) => inferContract(file, product),
    onSuccess: (inference, file) => {
      const draft = { product, sample: { name: file.name, size: file.size } };
      holdSample(draft, file);
      onDraft({ ...draft, inference, text: inference.document });
    },
  });
  const fault = sample === null ? null : faultOf(sample);
  const isReady = sample !== null && fault === null && domain !== '' && NAME.test(name ?? '');
  const choose = (file: File) => {
    setSample(file);
    infer.reset();
    // Why not always: a name that somebody wrote stays his.
    const isOwn = name !== null && (sample === null || name !== nameOfFile(sample.name));
    if (!isOwn) setName(nameOfFile(file.name));
  };
  return (
    <div className={page['page']}>
      <header className={`${page['titles']} ${page['big']}`}>
        <h1>{words.title}</h1>
        <p className={page['lead']}>{words.lead}</p>
      </header>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && sample !== null) infer.mutate(sample);
        }}
      >
        <FileDrop
          title={sample === null ? words.drop : `${sample.name}, ${formatBytes(sample.size)}`}
          hint={words.dropHelp(SAMPLE_BYTES_MAX)}
          onFiles={(files) => files[0] !== undefined && choose(files[0])}
        />
        {fault === null ? null : <ProblemBox error={fault} />}
        <Names
          domains={domains}
          domain={domain}
          onDomain={setChosen}
          name={name}
          onName={setName}
        />
        <div>
          <Button type="submit" disabled={!isReady} loading={infer.isPending}>
            {words.draft}
          </Button>
        </div>
        {infer.error === null ? null : (
          <div className={page['card']}>
            <ProblemBox
              error={ofSample(infer.error)}
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
  const titleOf = useDomainTitles();
  return (
    <div className={classes['names']}>
      <NativeSelect
        label={words.domain}
        value={domain}
        data={domains.map((value) => ({ value, label: titleOf(value) }))}
        onChange={(event) => onDomain(event.currentTarget.value)}
      />
      <TextInput
        label={words.name}
        description={words.inQueries(domain, name ?? '')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={name ?? ''}
        error={name === null || name === '' || NAME.test(name) ? null : words.nameHelp}
        onChange={(event) => onName(event.currentTarget.value)}
      />
    </div>
  );
}

/** Why a sample is not sent at all. */
function faultOf(sample: File): Problem | null {
  if (sample.size > SAMPLE_BYTES_MAX) return tooLarge(sample);
  return sample.size === 0 ? empty(sample) : null;
}

function tooLarge(sample: File): Problem {
  return new Problem({
    status: 413,
    code: 'SAMPLE_TOO_LARGE',
    title: words.tooLarge,
    detail: words.tooLargeDetail(sample.name, sample.size, SAMPLE_BYTES_MAX),
    remedy: words.tooLargeRemedy,
  });
}

function empty(sample: File): Problem {
  return new Problem({
    status: 422,
    code: 'SAMPLE_EMPTY',
    title: words.sampleEmpty,
    detail: words.sampleEmptyDetail(sample.name),
    remedy: words.sampleRemedy,
  });
}

const OF_SAMPLES = ['BATCH_UNREADABLE', 'REQUEST_INVALID'];

/** In words of a sample: there is no contract yet that it could miss. */
function ofSample(error: Error): Error {
  if (!(error instanceof Problem) || !OF_SAMPLES.includes(error.document.code)) return error;
  const isOfHeader = /\bheader\b/.test(error.document.detail);
  return new Problem({
    ...error.document,
    title: words.sampleUnreadable,
    remedy: isOfHeader ? words.headerRemedy : words.sampleRemedy,
  });
}
