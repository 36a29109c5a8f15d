/** What a newcomer reads first: the address, a token per subject, five things to try, each a real command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createColors } from 'picocolors';
import { COMMANDS } from './commands.ts';
import { renderWelcome } from './welcome.ts';

const colors = createColors(false);
const url = 'http://127.0.0.1:8787';
const names = [
  'producer',
  'analyst',
  'brand_manager',
  'steward',
  'vendor',
  'privacy_officer',
  'platform',
];

test('shows the address, a token for each subject of the example, and five real commands', () => {
  const tokens = Object.fromEntries(names.map((name) => [name, `token-of-${name}`]));
  const text = renderWelcome({ url, tokens, colors });
  assert.ok(text.includes(url));
  for (const name of names)
    assert.match(text, new RegExp(`^  ${name} .*\n    token-of-${name}$`, 'm'));
  assert.equal([...text.matchAll(/^ {2}\d\. /gm)].length, 5);
  const commands = [...text.matchAll(/npx weft ([a-z]+(?: [a-z]+)?)/g)].map(
    (match) => match[1] ?? '',
  );
  for (const words of commands) {
    const known = COMMANDS.some(({ path }) => words === path || words.startsWith(`${path} `));
    assert.ok(known, `npx weft ${words}`);
  }
});

test('shows no token of a mesh without example', () => {
  const text = renderWelcome({ url, tokens: {}, colors });
  assert.ok(!text.includes('token'));
  assert.ok(text.includes('domain create'));
});
