/**
 * What `weft up` says when it is ready: the address, a token per example subject, and the next things to try.
 *
 * Not for meshes of your own: tokens are shown only for the subjects of an example, whose data are public.
 */
import type { createColors } from 'picocolors';

export interface Welcome {
  url: string;
  tokens: Record<string, string>;
  colors: ReturnType<typeof createColors>;
}

/** Subjects of the example that the command line's documents name, with who they are. */
const PERSONAS: Readonly<Record<string, string>> = {
  producer: 'owns point_of_sale',
  analyst: 'has access to transactions and products',
  brand_manager: 'plans private labels',
  steward: 'guards contracts and decides on access',
  vendor: 'delivers ecommerce from outside',
  privacy_officer: 'sees who may see what',
  platform: 'runs the mesh',
};

const NEXT_STEPS = [
  [
    'Find products by what they promise',
    `npx weft find --where "frequency <= P7D and measured.pass_rate >= 99.9%"`,
  ],
  [
    'Ask a governed question',
    `npx weft query "select department, round(sum(sales_value)) as sales from point_of_sale.transactions join product_master.products using (product_id) group by 1 order by 2 desc limit 5" --purpose category_planning --as analyst`,
  ],
  ['See the rows that a contract refused', 'npx weft quarantine list --as producer'],
  [
    'Ask for access',
    'npx weft request loyalty.households --purpose campaign_analysis --as brand_manager',
  ],
  ['Walk through all of it', 'docs/tour.md'],
] as const;

export function renderWelcome({ url, tokens, colors }: Welcome): string {
  const lines = ['', `${colors.bold('Weft is ready')}  ${url}   API ${url}/docs`, ''];
  const known = Object.entries(PERSONAS).filter(([name]) => tokens[name] !== undefined);
  if (known.length > 0) {
    lines.push(
      'Subjects of the example, for any command with `--as NAME`, and their tokens for curl:',
    );
    for (const [name, who] of known) {
      lines.push(`  ${name.padEnd(16)} ${who}`, `    ${colors.dim(tokens[name] ?? '')}`);
    }
    lines.push(
      '',
      `In a browser: ${url}, or a link that signs you in: ${colors.cyan('npx weft open --as analyst')}`,
    );
    lines.push('', 'Five things to try in another terminal:');
    NEXT_STEPS.forEach(([what, how], i) => {
      lines.push(`  ${i + 1}. ${what}`, `     ${colors.cyan(how)}`);
    });
  } else {
    lines.push(
      'Next: `npx weft domain create NAME`, then `npx weft contract infer FILE --product NAME.PRODUCT`.',
    );
  }
  lines.push('', 'Stop with Ctrl-C.', '');
  return lines.join('\n');
}
