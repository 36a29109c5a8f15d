/**
 * Texts that would be more than text if anything read them as markup, as a template or as an address; and whether they stayed
 * text on a page.
 *
 * Not a test.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

export const CORPUS = [
  '<img src=x onerror="document.title=`taken`">',
  '</title><script>document.title="taken"</script>',
  '"><svg onload=document.title="taken">',
  '<a href="javascript:document.title=1">click</a>',
  '{{constructor.constructor("document.title=1")()}}',
  '[link](javascript:document.title=1)',
  '\u202Egnp.exe\u202C and \u2066hidden\u2069',
  `${'W'.repeat(400)}`,
  '<style>*{display:none}</style>',
  '&lt;b&gt; is text &amp;amp; stays',
];

/** Addresses that no link may lead to. */
export const ADDRESSES = [
  'javascript:document.title="taken"',
  ' \tJaVaScRiPt:document.title="taken"',
  'data:text/html,<script>opener.document.title="taken"</script>',
  'vbscript:msgbox(1)',
  'blob:https://example.com/1',
  'file:///etc/passwd',
  '//example.com/looks-like-ours',
];

export async function assertOnlyText(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(`({
    title: document.title,
    pictures: document.querySelectorAll('#root img, #root script, #root style, #root iframe').length,
    links: [...document.querySelectorAll('#root [href], #root [action], #root [formaction], #root [srcdoc]')]
      .map((a) => a.getAttribute('href') ?? a.outerHTML).filter((href) => !/^(\\/(?!\\/)|#|https?:|mailto:)/.test(href)),
    width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  })`);
  const { title, pictures, links, width } = found as {
    title: string;
    pictures: number;
    links: string[];
    width: number;
  };
  assert.ok(title !== 'taken' && title !== '1', `${where}: a text ran as script`);
  assert.equal(pictures, 0, `${where}: elements came out of a text`);
  assert.deepEqual(links, [], where);
  assert.ok(width <= 1, `${where}: a text made the page ${width} px wider than the screen`);
}
