/**
 * A product: who it is, how it stands, what can be done with it; its tabs stand below.
 */
import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Skeleton } from '../../components/Skeleton.tsx';
import { OtherMajor } from './OtherMajor.tsx';
import { ProductHeader } from './ProductHeader.tsx';
import classes from './ProductPage.module.css';
import { ProductTabs } from './ProductTabs.tsx';
import { words } from './words.ts';

export function ProductPage() {
  return (
    <Suspense fallback={<Skeleton height={700} lines={12} label={words.loading} />}>
      <div className={classes['page']}>
        <div className={classes['top']}>
          <ProductHeader />
          <ProductTabs />
        </div>
        <div className={classes['body']}>
          <OtherMajor />
          <Suspense fallback={<Skeleton height={520} lines={9} />}>
            <Outlet />
          </Suspense>
        </div>
      </div>
    </Suspense>
  );
}
