/**
 * Finds what a person would read or hear where it does not belong: in a component, instead of in a `words.ts`.
 *
 * Not a spell checker, and not all-knowing: names in tables of a part are found by their key, sentences by their look. What a
 * program reads (names of classes, keys, statements, addresses) passes.
 */
import { parseSync } from 'vite';

export interface SpokenText {
  line: number;
  text: string;
}

/** Attributes and keys whose text is shown or read aloud. */
const SAID = new Set([
  'label',
  'title',
  'placeholder',
  'description',
  'aria-label',
  'aria-description',
  'alt',
  'aside',
  'caption',
  'hint',
]);
const LETTERS = /\p{L}{2}/u;
const SENTENCE = /^\p{Lu}\p{Ll}+ [\p{L}…]/u;

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** Texts of a file's source that ought to be words of its room. */
export function spokenText(path: string, source: string): SpokenText[] {
  const { program } = parseSync(path, source);
  const found: SpokenText[] = [];
  const tell = (node: Node, text: string): void => {
    const line = source.slice(0, node.start).split('\n').length;
    found.push({ line, text: text.trim().replaceAll(/\s+/g, ' ') });
  };
  visit(program as unknown as Node, (node, isSaid) => {
    const text = textOf(node);
    if (text === null) return;
    if (isSaid ? LETTERS.test(text) : SENTENCE.test(text)) tell(node, text);
  });
  return found;
}

/** Walks a tree; `isSaid` where a text would be shown as it stands. */
function visit(node: Node, see: (node: Node, isSaid: boolean) => void, isSaid = false): void {
  if (isTypeOrImport(node) || isThrown(node)) return;
  see(node, isSaid || node.type === 'JSXText' || isPlural(node));
  for (const child of childrenOf(node)) visit(child, see, saysChild(node, child, isSaid));
}

/** Whether what stands in `child` is shown because of where it stands in `node`. */
function saysChild(node: Node, child: Node, isSaid: boolean): boolean {
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
      return child.type === 'JSXExpressionContainer' && !isCode(node);
    case 'JSXAttribute':
      return child === node['value'] && SAID.has(nameOf(node['name']));
    case 'Property':
      return child === node['value'] && isSaidKey(nameOf(node['key']), child);
    case 'ConditionalExpression':
      return isSaid && child !== node['test'];
    case 'JSXExpressionContainer':
    case 'LogicalExpression':
    case 'ParenthesizedExpression':
      return isSaid;
    default:
      return false;
  }
}

/** A key that stands for itself, such as `title: 'title'`, is a field's name on the wire. */
function isSaidKey(key: string, value: Node): boolean {
  return SAID.has(key) && value['value'] !== key;
}

function textOf(node: Node): string | null {
  if (node.type === 'JSXText') return String(node['value']);
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type === 'TemplateLiteral') {
    const parts = node['quasis'] as { value: { cooked: string } }[];
    return parts.map(({ value }) => value.cooked).join('…');
  }
  return isPlural(node) ? 'plural(…)' : null;
}

/** A name in code is one in every language. */
function isCode({ openingElement }: Node): boolean {
  const { name } = (openingElement ?? {}) as { name?: unknown };
  return nameOf(name) === 'code';
}

/** The forms of a plural are words. */
function isPlural(node: Node): boolean {
  return node.type === 'CallExpression' && nameOf(node['callee']) === 'plural';
}

/** What only a developer meets. */
function isThrown(node: Node): boolean {
  return node.type === 'NewExpression' && nameOf(node['callee']) === 'Error';
}

const isTypeOrImport = ({ type }: Node): boolean =>
  type === 'ImportDeclaration' || (type.startsWith('TS') && !/^TS(?:As|Satisfies)/.test(type));

function nameOf(node: unknown): string {
  const { name, value } = (node ?? {}) as { name?: unknown; value?: unknown };
  return String(name ?? value ?? '');
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((child): child is Node => typeof (child as Node | null)?.type === 'string');
}
