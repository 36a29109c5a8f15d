/**
 * The one thing to do with a product that was found: ask for it, query it, or look at it.
 */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ProductHit } from '../../api/types.ts';
import { words } from './words.ts';

export interface GetButtonProps {
  hit: Pick<ProductHit, 'product' | 'access' | 'version' | 'yourMajor'>;
  className?: string | undefined;
}

/** The major of the reader's agreement where that is not the one of the version in sight; else null. */
export function olderMajorOf({
  access,
  version,
  yourMajor,
}: Pick<ProductHit, 'access' | 'version' | 'yourMajor'>): number | null {
  if (access !== 'agreed' || yourMajor === null) return null;
  return version.startsWith(`${yourMajor}.`) ? null : yourMajor;
}

export function GetButton({ hit, className }: GetButtonProps) {
  const { product } = hit;
  if (hit.access === 'requestable') {
    return (
      <Button
        className={className}
        variant="default"
        renderRoot={(props) => <Link to="/p/$product/request" params={{ product }} {...props} />}
      >
        {words.request}
      </Button>
    );
  }
  if (hit.access === 'none') {
    return (
      <Button
        className={className}
        variant="default"
        renderRoot={(props) => <Link to="/p/$product" params={{ product }} {...props} />}
      >
        {words.look}
      </Button>
    );
  }
  const older = olderMajorOf(hit);
  const from = older === null ? product : `${product}@${older}`;
  return (
    <Button
      className={className}
      variant="default"
      renderRoot={(props) => <Link to="/workbench" search={{ from }} {...props} />}
    >
      {words.query}
    </Button>
  );
}
