/**
 * Asking for access, led by the purpose: what is chosen at the left decides what is seen at the right, before anybody decides.
 */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Cloth } from '../../components/Cloth.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { chosenOf } from './offers.ts';
import { PurposeCards } from './PurposeCards.tsx';
import { RequestForm } from './RequestForm.tsx';
import classes from './RequestPage.module.css';
import { Preview } from './RequestPreview.tsx';
import { allColumns, TableChoice, useTableInSight } from './TableChoice.tsx';
import { useAsking } from './use-asking.ts';
import { usePurposeOffers, useRequested } from './use-request.ts';
import { words } from './words.ts';

export function RequestPage() {
  return (
    <Suspense fallback={<Skeleton height={640} lines={10} label={words.loadingProduct} />}>
      <Request />
    </Suspense>
  );
}

function Request() {
  const { product: ref = '' } = useParams({ strict: false });
  const { product, contract, model } = useRequested(ref);
  const { purpose } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { table, properties } = useTableInSight(model, contract.tables);
  const { major } = contract;
  const asked = { product: product.product, major, table };
  const offers = usePurposeOffers(asked, model.weft.purposes);
  const asking = useAsking(product.product);
  const { only } = asking.value;
  // Why all at once: each purpose that comes later would push the form and the preview.
  const found = offers === null ? null : chosenOf(offers, purpose);
  if (offers === null || found === null)
    return <Skeleton height={640} lines={10} label={words.loadingProduct} />;
  const chosen = found === 'none' ? null : found;
  const choose = (next: string) =>
    void navigate({ to: '.', search: (old) => ({ ...old, purpose: next }), replace: true });
  return (
    <div className={classes['page']}>
      <div className={classes['ask']}>
        <header className={classes['head']}>
          <Cloth domain={product.domain} size={40} />
          <div>
            <h1>
              {words.request} {product.title ?? product.product}
            </h1>
            <code className={classes['name']}>{`${product.product}@${contract.version}`}</code>
          </div>
        </header>
        {chosen === null ? (
          <p>{words.noPurposes}</p>
        ) : (
          <PurposeCards
            offers={offers}
            columns={properties.map(({ name }) => name)}
            chosen={chosen.purpose}
            onChoose={choose}
          />
        )}
        {chosen === null ? null : (
          <RequestForm
            product={product.product}
            major={major}
            offer={chosen}
            columns={allColumns(model)}
            inSight={properties.map(({ name }) => name)}
            asking={asking}
          />
        )}
      </div>
      <div className={classes['see']} id="preview">
        <TableChoice tables={contract.tables} table={table} />
        <Preview
          offers={offers}
          chosen={chosen}
          properties={properties}
          only={only}
          grain={model.weft.granularity}
          onChoose={choose}
        />
      </div>
    </div>
  );
}
