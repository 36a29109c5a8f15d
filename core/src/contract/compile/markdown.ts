/**
 * Contract to Markdown (CommonMark with tables): documentation that a person reads.
 *
 * Not a form to be read back. Invariant: no text of the contract can start markup or break a table.
 */
import type { ContractModel } from '../model.ts';
import { type Block, describeContract } from './document-blocks.ts';

/** The documentation of a contract as Markdown. */
export function compileMarkdown(model: ContractModel): string {
  return `${describeContract(model).map(blockText).join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escapeText(block.text)}`;
    case 'paragraph':
      return escapeText(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeText(item)}`).join('\n');
    case 'table':
      return [
        tableRow(block.head.map(escapeText)),
        tableRow(block.head.map(() => '---')),
        ...block.rows.map((row) => tableRow(row.map(escapeText))),
      ].join('\n');
  }
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Line breaks become spaces; a backslash goes before every character that could be markup where it stands. */
function escapeText(text: string): string {
  const line = text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').trim();
  const inline = line.replaceAll(/[\\`*[\]<>|~&]/g, '\\$&').replaceAll(/(?<!\w)_|_(?!\w)/g, '\\_');
  return inline.replace(/^(#{1,6}|[+=-]|\d+(?=[.)]))/, (start) =>
    /^\d/.test(start) ? `${start}\\` : `\\${start}`,
  );
}
