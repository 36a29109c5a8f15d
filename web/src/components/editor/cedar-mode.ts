/**
 * The words of Cedar, for colours alone. What a policy means is checked by the API.
 */
import { StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';

const KEYWORDS = /^(?:permit|forbid|when|unless|if|then|else|in|is|has|like)$/;
const VARIABLES = /^(?:principal|action|resource|context)$/;
const CONSTANTS = /^(?:true|false)$/;

const parser: StreamParser<null> = {
  name: 'cedar',
  startState: () => null,
  token: readToken,
  languageData: {
    commentTokens: { line: '//' },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
  },
};

export const cedarLanguage = StreamLanguage.define(parser);

function readToken(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'lineComment';
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match(/^@[A-Za-z_]\w*/)) return 'annotation';
  if (stream.match(/^\d+/)) return 'number';
  if (stream.match(/^[A-Za-z_]\w*/)) return wordOf(stream.current());
  stream.next();
  return 'punctuation';
}

function wordOf(word: string): string | null {
  if (KEYWORDS.test(word)) return 'keyword';
  if (VARIABLES.test(word)) return 'typeName';
  return CONSTANTS.test(word) ? 'bool' : null;
}
