/**
 * What the reader has of the major in sight: an agreement on another one opens nothing of it.
 */
import type { Agreement, Product } from '../../api/types.ts';
import type { Access } from '../../components/AccessState.tsx';

export interface AccessHere {
  access: Access;
  until: string | null;
  /** The newest major that an agreement of his is on, where none is on the one in sight. */
  otherMajor: number | null;
}

type Own = Pick<Agreement, 'major' | 'until'>;

/** `own` are his agreements in force; undefined while they are on their way. */
export function accessHere(
  product: Pick<Product, 'status'> & { access: string },
  major: number,
  own: readonly Own[] | undefined,
): AccessHere {
  const access = product.access as Access;
  if (access !== 'agreed' || own === undefined || own.length === 0)
    return { access, until: null, otherMajor: null };
  const mine = own.find((agreement) => agreement.major === major);
  if (mine !== undefined) return { access, until: mine.until, otherMajor: null };
  return {
    access: product.status === 'active' ? 'requestable' : 'none',
    until: null,
    otherMajor: Math.max(...own.map((agreement) => agreement.major)),
  };
}

type Versions = readonly { version: string; major: number; standing: string }[];

/** The version of a major that serves; undefined where it serves no more. */
export const servedOf = (versions: Versions, major: number) =>
  versions.find((one) => one.major === major && one.standing !== 'replaced');

/** How a workbench or a question names the major: by nothing where it is the newest. */
export const refOf = (product: string, major: number, versions: Versions): string =>
  versions.some((one) => one.major > major) ? `${product}@${major}` : product;

/** Whether more than one major serves, so that a question has to name the one that it means. */
export const hasSeveralMajors = (versions: Versions): boolean =>
  new Set(versions.filter(({ standing }) => standing !== 'replaced').map(({ major }) => major))
    .size > 1;
