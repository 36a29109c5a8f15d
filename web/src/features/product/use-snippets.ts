/**
 * The snippets of the product in sight, for the reader's purpose.
 */
import { hasSeveralMajors } from './access-here.ts';
import { type Snippet, snippetsOf } from './snippets.ts';
import { useOpenProduct } from './use-product.ts';
import { tablesOf, useView } from './use-profile.ts';

const NO_PURPOSE = 'YOUR_PURPOSE';

export function useSnippets(): Snippet[] {
  const { product, contract, model } = useOpenProduct();
  const [sight] = tablesOf(model, {
    ...contract,
    product: product.product,
    domain: product.domain,
  });
  const { purpose, explained } = useView(
    sight ?? {
      product: product.product,
      domain: product.domain,
      table: product.name,
      major: contract.major,
      properties: [],
    },
  );
  return snippetsOf({
    origin: location.origin,
    domain: product.domain,
    table: sight?.table ?? product.name,
    // Why by what serves as well: without its name, who has an agreement on another major would read that one.
    major:
      hasSeveralMajors(product.contracts) || (explained.data?.majors.length ?? 0) > 1
        ? contract.major
        : null,
    purpose: purpose ?? model.weft.purposes[0] ?? NO_PURPOSE,
    mayExport: explained.data?.seen?.mayExport ?? true,
  });
}
