/**
 * Names that others will read are refused where something in them cannot be seen.
 *
 * Not what such a name is (`core/src/lib/shown-name.ts`).
 */
import { WeftError } from '@weft/core/lib/error';
import { shownNameFault } from '@weft/core/lib/shown-name';

/** Throws REQUEST_INVALID with the place of the name; of none it says nothing. */
export function requireShownName(path: string, name: string | undefined): void {
  const fault = name === undefined ? null : shownNameFault(name);
  if (fault === null) return;
  const message = `the name ${fault}`;
  const remedy = 'Type the name anew; what was pasted may hold characters that are not seen.';
  throw new WeftError('REQUEST_INVALID', message, {
    remedy,
    errors: [{ code: 'REQUEST_INVALID', path, message, remedy }],
  });
}
