/**
 * After a new product was published: its first batch, from the sample that is still at hand.
 */
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { sendBatch } from '../../../api/transfer.ts';
import { useMe } from '../../../app/session.tsx';
import { Status } from '../../../components/Status.tsx';
import { WorkLine } from '../../../components/WorkLine.tsx';
import { verdictOf } from '../../../components/words-verdict.ts';
import { useWork } from '../../../lib/work.ts';
import classes from '../Produce.module.css';
import type { Published } from '../types.ts';
import { type FirstDraft, sampleAtHand } from './kept-draft.ts';
import { words } from './words-draft.ts';

export function DraftPublished({ draft, published }: { draft: FirstDraft; published: Published }) {
  const { product } = draft;
  const [sample] = useState(() => sampleAtHand(draft));
  const { id: subject } = useMe();
  const [id, setId] = useState<string | null>(null);
  const work = useWork().find((one) => one.id === id) ?? null;
  const navigate = useNavigate();
  useEffect(() => {
    if (work === null || work.state !== 'done' || work.batch === null) return;
    void navigate({ to: '/make/$product/batches/$batch', params: { product, batch: work.batch } });
  }, [work, navigate, product]);
  const send = (file: File) =>
    setId(
      sendBatch(
        { subject, product, major: null, files: [file], key: null, table: null },
        verdictOf,
      ),
    );
  return (
    <div className={classes['page']}>
      <header className={`${classes['titles']} ${classes['big']}`}>
        <h1>{words.published(product, published.version)}</h1>
        <p className={classes['meta']}>
          <Status kind="kept">{words.signed(published.hash.slice(0, 12))}</Status>
          <Link to="/p/$product" params={{ product }}>
            {words.seeIt}
          </Link>
        </p>
      </header>
      <div className={`${classes['card']} ${classes['note']}`}>
        {work === null ? (
          <>
            <p>
              {sample === null ? words.sampleGone : words.sampleAtHand(sample.name, sample.size)}
            </p>
            <p className={`${classes['buttons']} ${classes['below']}`}>
              {sample === null ? null : (
                <Button onClick={() => send(sample)}>{words.sendSample}</Button>
              )}
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link to="/make/$product/upload" params={{ product }} {...props} />
                )}
              >
                {sample === null ? words.sendAFile : words.sendOther}
              </Button>
            </p>
          </>
        ) : (
          <WorkLine work={work} isWhole />
        )}
      </div>
    </div>
  );
}
