/**
 * `docs/errors.md` from the error catalogue and the diagnostic catalogue.
 */
import { DIAGNOSTIC_CATALOG } from '@weft/core/contract/diagnostic-catalog';
import { exitCodeOf } from '@weft/core/lib/error';
import { ERROR_CATALOG } from '@weft/core/lib/error-catalog';

export function renderErrorReference(): string {
  const errors = Object.entries(ERROR_CATALOG).map(([code, entry]) =>
    [
      `### \`${code}\``,
      '',
      `${entry.title}. HTTP ${entry.status}, exit code ${exitCodeOf(entry.status, code)}${entry.retryable === true ? ', may be tried again' : ''}.`,
      '',
      `*Remedy:* ${entry.remedy}`,
      '',
    ].join('\n'),
  );
  const diagnostics = Object.entries(DIAGNOSTIC_CATALOG).map(
    ([code, entry]) =>
      `| \`${code}\` | ${entry.title} | ${entry.remedy.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
  );
  return [
    '# Errors',
    '',
    'Every error of the HTTP API is a problem document (RFC 9457) with `code`, `detail`, `remedy` and, where the input has',
    'places, `errors` with path, line and column. The command line shows the same and ends with the exit code. This page is',
    'generated from `core/src/lib/error-catalog.ts` and `core/src/contract/diagnostic-catalog.ts` by `npm run gen`.',
    '',
    '## Codes',
    '',
    ...errors,
    '## Diagnostics of documents',
    '',
    'They stand in the `errors` of `CONTRACT_INVALID`, `CONTRACT_INCOMPLETE` and `PRODUCT_INVALID`, and in what',
    '`weft contract lint` prints.',
    '',
    '| code | means | remedy |',
    '|---|---|---|',
    ...diagnostics,
    '',
  ].join('\n');
}
