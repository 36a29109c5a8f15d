/**
 * A next version of a contract that is in force: its published source as a draft, what a change of it means and for whom, tried
 * against the mesh while one writes, then published.
 */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { contractQuery } from '../../../api/queries.ts';
import { mayDecide } from '../../../api/rights.ts';
import { useMe } from '../../../app/session.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { LinkButton } from '../../../components/LinkButton.tsx';
import { Skeleton } from '../../../components/Skeleton.tsx';
import classes from '../Produce.module.css';
import { PageProblem } from '../Refusal.tsx';
import { DraftWork } from './DraftWork.tsx';
import { useNextDraft } from './kept-draft.ts';
import { LeaveDraft } from './LeaveDraft.tsx';
import { words } from './words-draft.ts';

export function NextVersionPage() {
  const { product } = useParams({ from: '/make/$product/version' });
  const me = useMe();
  const navigate = useNavigate();
  const kept = useNextDraft(product);
  const newest = useQuery({
    ...contractQuery(product),
    // Why never by itself: a draft must not change under the hand of who writes it.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
  });
  if (!mayDecide(me, product.split('.')[0] ?? '')) return <NotYours product={product} />;
  if (newest.isPending) return <Skeleton height={600} lines={10} label={words.loadingVersion} />;
  if (newest.data === undefined) {
    return (
      <PageProblem
        error={newest.error}
        product={product}
        missing={words.noVersion(product)}
        onRetry={() => void newest.refetch()}
      />
    );
  }
  const { version, hash, source } = newest.data;
  const { value, put } = kept;
  const text = value?.text ?? source;
  return (
    <DraftWork
      key={hash}
      product={product}
      text={text}
      onText={(change) =>
        put((now) => ({ hash: now?.hash ?? hash, text: change(now?.text ?? source) }))
      }
      isChanged={text !== source}
      origin={
        value === undefined || value.hash === hash
          ? words.follows(version)
          : words.followsNewer(version)
      }
      evidence={null}
      base={{ version, hash, source }}
      back={
        <>
          {text === source ? null : (
            <LeaveDraft
              label={words.dropDraft}
              variant="subtle"
              isChanged
              onLeave={() => put(undefined)}
            />
          )}
          <LinkButton variant="default" link={{ to: '/p/$product', params: { product } }}>
            {words.backToProduct}
          </LinkButton>
        </>
      }
      onPublished={(published) => {
        put(undefined);
        void navigate({
          to: '/p/$product/versions/$pair',
          params: { product, pair: `${version}...${published.version}` },
        });
      }}
    />
  );
}

function NotYours({ product }: { product: string }) {
  return (
    <div className={classes['page']}>
      <h1>{words.notYours}</h1>
      <div className={classes['card']}>
        <Empty
          title={words.notYoursTitle(product)}
          action={
            <LinkButton variant="default" link={{ to: '/p/$product', params: { product } }}>
              {words.backToProduct}
            </LinkButton>
          }
        >
          {words.notYoursHelp}
        </Empty>
      </div>
    </div>
  );
}
