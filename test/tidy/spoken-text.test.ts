/**
 * The rule that keeps what people read in modules of words: it finds each kind of text, and leaves what programs read.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strayText } from '../../tools/web-words.ts';
import { spokenText } from '../../web/build/spoken-text.ts';

const foundIn = (source: string): string[] =>
  spokenText('Part.tsx', source).map(({ text }) => text);

const SPOKEN: Readonly<Record<string, [source: string, ...found: string[]]>> = {
  'text between tags': ['const a = <p>Nothing waits</p>;', 'Nothing waits'],
  'halves of a sentence': ['const a = <p>All {count} rules</p>;', 'All', 'rules'],
  'a text in braces': ["const a = <p>{'or so'}</p>;", 'or so'],
  'both ends of a choice': ["const a = <p>{is ? 'kept' : 'missed'}</p>;", 'kept', 'missed'],
  'what stands for nothing': ["const a = <p>{name ?? 'none'}</p>;", 'none'],
  'a template between tags': ['const a = <p>{`by ${unit}`}</p>;', 'by …'],
  'a label': ['const a = <Field label="Why" />;', 'Why'],
  'a label by choice': ["const a = <Field label={is ? 'Why' : names.why} />;", 'Why'],
  'a title': ['const a = <Panel title={`Rows of ${name}`} />;', 'Rows of …'],
  'a placeholder': ['const a = <input placeholder="any" />;', 'any'],
  'a description': ['const a = <Field description="in a sentence" />;', 'in a sentence'],
  'a name for readers that do not see': ['const a = <nav aria-label="Places" />;', 'Places'],
  'a text for a picture': ['const a = <img alt="a cloth" src={cloth} />;', 'a cloth'],
  'a label in a table': ["const a = [{ id: 'go', label: 'go on' }];", 'go on'],
  'a sentence anywhere': ["const a = () => 'Nothing is off';", 'Nothing is off'],
  'a sentence with a value': ['const a = (n: string) => `Open ${n}`;', 'Open …'],
  'the forms of a plural': ["const a = plural(3, { one: '# row', other: '# rows' });", 'plural(…)'],
};

for (const [name, [source, ...found]] of Object.entries(SPOKEN)) {
  test(`finds ${name}`, () => assert.deepEqual(foundIn(source), found));
}

const UNSPOKEN: Readonly<Record<string, string>> = {
  'words of the room': 'const a = <p title={words.why}>{words.rows(3)} · {count}</p>;',
  'classes, keys and addresses': 'const a = <a className="main page" key="one" href="/p">{x}</a>;',
  'a choice by a name': "const a = <p>{kind === 'kept' ? words.kept : words.missed}</p>;",
  'names in code': 'const a = <code>{`${domain}.products`}</code>;',
  'a field named as on the wire': "const a = { title: 'title' };",
  statements: 'const a = `SELECT count(*) FROM ${table}`;',
  imports: "import { Panel } from './Some Folder/Panel.tsx';",
  'what only a developer meets': "throw new Error('Used outside of its provider');",
  types: "type State = 'Not yet' | 'In force';",
};

for (const [name, source] of Object.entries(UNSPOKEN)) {
  test(`leaves ${name}`, () => assert.deepEqual(foundIn(source), []));
}

test('says in which line', () => {
  assert.deepEqual(spokenText('Part.tsx', 'const a = (\n  <p>\n    <b>Held</b>\n  </p>\n);'), [
    { line: 3, text: 'Held' },
  ]);
});

test('what the web app says stands in modules of words', () => {
  assert.equal(strayText().join('\n'), '');
});
