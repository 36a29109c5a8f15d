/**
 * YAML lines with trailing comments, for documents that we write from scratch.
 *
 * Not a YAML library and not for editing (`document-edit.ts`). Invariant: a scalar reads back as the text or number it
 * was, in YAML 1.1 and 1.2 alike; a comment never holds a line break.
 */
export class YamlLines {
  readonly #lines: string[] = [];

  /** One line at `depth` levels of two spaces; the comment stands behind it. */
  add(depth: number, text: string, comment?: string): void {
    const line = `${'  '.repeat(depth)}${text}`;
    this.#lines.push(comment === undefined ? line : `${line} # ${oneLine(comment)}`);
  }

  /** A line of its own that only comments. */
  remark(depth: number, text: string): void {
    this.#lines.push(`${'  '.repeat(depth)}# ${oneLine(text)}`);
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_ ./()-]*$/;
const WORDS = /^(true|false|yes|no|on|off|null|y|n)$/i;

/** A text as a YAML scalar: plain where that is safe, otherwise in double quotes (JSON text is valid YAML). */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !WORDS.test(text) && !text.endsWith(' ') ? text : JSON.stringify(text);
}

/** A flow list of texts. */
export function yamlList(texts: readonly string[]): string {
  // Why quotes always: a comma or bracket would end a plain scalar inside a flow list.
  return `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[^\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/g, '?');
}
