/**
 * Says to who reads another major than the one in sight which one that is: what he may see and query is of his own.
 */
import { Link } from '@tanstack/react-router';
import { Status } from '../../components/Status.tsx';
import { accessHere, servedOf } from './access-here.ts';
import classes from './ProductPage.module.css';
import { useKeeps, useOpenProduct, useOwnAgreements } from './use-product.ts';
import { words } from './words.ts';

export function OtherMajor() {
  const { ref, product, contract } = useOpenProduct();
  const agreements = useOwnAgreements(product.product);
  const isKeeper = useKeeps(product.domain);
  const { otherMajor } = accessHere(product, contract.major, agreements);
  if (isKeeper || otherMajor === null) return null;
  const served = servedOf(product.contracts, otherMajor);
  return (
    <p className={classes['other']}>
      <Status kind="waiting">{words.otherMajor(otherMajor, contract.version)}</Status>{' '}
      {served === undefined ? null : (
        <Link to="/p/$product" params={{ product: `${product.product}@${served.version}` }}>
          {words.showVersion(served.version)}
        </Link>
      )}{' '}
      <Link to="/p/$product/request" params={{ product: ref }}>
        {words.requestVersion(contract.version)}
      </Link>
    </p>
  );
}
