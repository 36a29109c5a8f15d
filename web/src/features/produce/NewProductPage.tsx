/**
 * A new product from a sample file: the draft beside its evidence, as a form and as text, tried against the mesh while one
 * writes, then published, then its first batch.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { actsFor } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { DraftPublished } from './DraftPublished.tsx';
import { DraftStart } from './DraftStart.tsx';
import { DraftWork } from './DraftWork.tsx';
import type { Inference } from './new-product.ts';
import classes from './Produce.module.css';
import type { Published } from './types.ts';
import { words } from './words-draft.ts';

export interface Draft {
  product: string;
  sample: File;
  inference: Inference;
}

export function NewProductPage() {
  const me = useMe();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [published, setPublished] = useState<Published | null>(null);
  if (!me.domains.some((domain) => actsFor(me, domain))) return <NotAProducer />;
  if (draft === null) return <DraftStart onDraft={setDraft} />;
  if (published !== null) return <DraftPublished draft={draft} published={published} />;
  const { inference, sample } = draft;
  return (
    <DraftWork
      product={draft.product}
      start={inference.document}
      origin={words.draftedFrom(sample.name, inference)}
      evidence={inference.evidence}
      base={null}
      back={
        <Button variant="default" onClick={() => setDraft(null)}>
          {words.anotherSample}
        </Button>
      }
      onPublished={setPublished}
    />
  );
}

function NotAProducer() {
  return (
    <div className={classes['page']}>
      <h1>{words.noDomain}</h1>
      <div className={classes['card']}>
        <Empty title={words.noDomainTitle}>{words.noDomainHelp}</Empty>
      </div>
    </div>
  );
}
