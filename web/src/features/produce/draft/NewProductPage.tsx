/**
 * A new product from a sample file: the draft beside its evidence, as a form and as text, tried against the mesh while one
 * writes, then published, then its first batch.
 */
import { useState } from 'react';
import { actsFor } from '../../../api/rights.ts';
import { useMe } from '../../../app/session.tsx';
import { NotAProducer } from '../NotAProducer.tsx';
import type { Published } from '../types.ts';
import { DraftPublished } from './DraftPublished.tsx';
import { DraftStart } from './DraftStart.tsx';
import { DraftWork } from './DraftWork.tsx';
import { type FirstDraft, useFirstDraft } from './kept-draft.ts';
import { LeaveDraft } from './LeaveDraft.tsx';
import { words } from './words-draft.ts';

export function NewProductPage() {
  const me = useMe();
  const { value: draft, put } = useFirstDraft();
  const [published, setPublished] = useState<{ of: FirstDraft; as: Published } | null>(null);
  if (!me.domains.some((domain) => actsFor(me, domain))) return <NotAProducer />;
  if (published !== null) return <DraftPublished draft={published.of} published={published.as} />;
  if (draft === undefined) return <DraftStart onDraft={put} />;
  const { inference, sample } = draft;
  return (
    <DraftWork
      product={draft.product}
      text={draft.text}
      onText={(change) => put((now = draft) => ({ ...now, text: change(now.text) }))}
      isChanged={draft.text !== inference.document}
      origin={words.draftedFrom(sample.name, inference)}
      evidence={inference.evidence}
      base={null}
      back={
        <LeaveDraft
          label={words.anotherSample}
          variant="default"
          isChanged={draft.text !== inference.document}
          onLeave={() => put(undefined)}
        />
      }
      onPublished={(as) => {
        setPublished({ of: draft, as });
        put(undefined);
      }}
    />
  );
}
