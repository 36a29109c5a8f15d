/**
 * Contract to one HTML page without scripts: documentation to send by mail or put on a wiki.
 *
 * Not the web app. Invariant: every text of the contract is escaped; the page loads nothing.
 */
import type { ContractModel } from '../model.ts';
import { type Block, describeContract } from './document-blocks.ts';

const STYLE = [
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f}',
  'table{border-collapse:collapse;width:100%}',
  'th,td{border-bottom:1px solid #d0d0d7;padding:.35rem .6rem;text-align:left;vertical-align:top}',
  'td:first-child{font-family:ui-monospace,monospace;font-size:.9em}',
].join('\n');

/** The documentation of a contract as a whole HTML document. */
export function compileHtml(model: ContractModel): string {
  const title = escapeHtml(model.name ?? model.product ?? model.id);
  const body = describeContract(model).map(blockHtml).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
${STYLE}
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}\n</ul>`;
    case 'table': {
      const head = block.head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
      const rows = block.rows.map(
        (row) => `<tr>${row.map((c) => `<td>${escapeHtml(c)}</td>`).join('')}</tr>`,
      );
      return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
    }
  }
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (char) => names[char] ?? char);
}
