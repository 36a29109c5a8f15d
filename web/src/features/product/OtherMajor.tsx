/**
 * Says to who reads another major than the one in sight which one that is: what he may see and query is of his own.
 */
import { Link } from '@tanstack/react-router';
import { Status } from '../../components/Status.tsx';
import classes from './ProductPage.module.css';
import { useKeeps, useOpenProduct, useOwnAgreements } from './use-product.ts';
import { words } from './words.ts';

export function OtherMajor() {
  const { product, contract } = useOpenProduct();
  const agreements = useOwnAgreements(product.product) ?? [];
  const isKeeper = useKeeps(product.domain);
  const [own] = agreements;
  if (isKeeper || own === undefined || agreements.some(({ major }) => major === contract.major))
    return null;
  const served = product.contracts.find(
    ({ major, standing }) => major === own.major && standing !== 'replaced',
  );
  return (
    <p className={classes['other']}>
      <Status kind="waiting">{words.otherMajor(own.major, contract.version)}</Status>{' '}
      {served === undefined ? null : (
        <Link to="/p/$product" params={{ product: `${product.product}@${served.version}` }}>
          {words.showVersion(served.version)}
        </Link>
      )}{' '}
      <Link to="/p/$product/request" params={{ product: product.product }}>
        {words.requestVersion(contract.version)}
      </Link>
    </p>
  );
}
