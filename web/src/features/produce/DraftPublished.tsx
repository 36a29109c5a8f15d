/**
 * After a new product was published: its first batch, from the sample that is still at hand.
 */
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { sendBatch } from '../../api/transfer.ts';
import { useMe } from '../../app/session.tsx';
import { Status } from '../../components/Status.tsx';
import { verdictWords } from '../../components/verdict-words.ts';
import { WorkLine } from '../../components/WorkLine.tsx';
import { formatBytes } from '../../lib/format.ts';
import { useWork } from '../../lib/work.ts';
import type { Draft } from './NewProductPage.tsx';
import classes from './Produce.module.css';
import type { Published } from './types.ts';

export function DraftPublished({ draft, published }: { draft: Draft; published: Published }) {
  const { sample, product } = draft;
  const { id: subject } = useMe();
  const [id, setId] = useState<string | null>(null);
  const work = useWork().find((one) => one.id === id) ?? null;
  const navigate = useNavigate();
  useEffect(() => {
    if (work === null || work.state !== 'done' || work.batch === null) return;
    void navigate({ to: '/make/$product/batches/$batch', params: { product, batch: work.batch } });
  }, [work, navigate, product]);
  const send = () =>
    setId(sendBatch({ subject, product, files: [sample], key: null, table: null }, verdictWords));
  return (
    <div className={classes['page']}>
      <header className={`${classes['titles']} ${classes['big']}`}>
        <h1>
          {published.contract}@{published.version} is published. It has no rows yet.
        </h1>
        <p className={classes['meta']}>
          <Status kind="kept">Signed as {published.hash.slice(0, 12)}</Status>
          <Link to="/p/$product" params={{ product }}>
            See it as others do
          </Link>
        </p>
      </header>
      <div className={`${classes['card']} ${classes['note']}`}>
        {work === null ? (
          <>
            <p>
              {sample.name}, {formatBytes(sample.size)}, is still at hand. As the first batch it is
              checked like any other, and visible after its verdict.
            </p>
            <p className={classes['buttons']}>
              <Button onClick={send}>Send the sample as the first batch</Button>
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link to="/make/$product/upload" params={{ product }} {...props} />
                )}
              >
                Send another file
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
