/** A corpus of names: as people of many scripts write theirs, and as those do who want to be taken for somebody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shownNameFault } from './shown-name.ts';

const TAGS = (text: string): string =>
  [...text].map((one) => String.fromCodePoint(0xe0000 + (one.codePointAt(0) ?? 0))).join('');

const FINE: readonly (readonly [string, string])[] = [
  ['Latin', 'Anna Müller-O’Brien, 2nd'],
  ['combining marks', 'Zoe\u0308 Nguye\u0302\u0303n'],
  ['Vietnamese', 'Nguyễn Thị Minh Khai'],
  ['Arabic', 'محمد عبد الرحمن'],
  ['Arabic with marks of vowels', 'مُحَمَّد'],
  ['Persian with a non-joiner', 'کتاب\u200cخانه'],
  ['Urdu', 'اُردو'],
  ['Hebrew', 'דוד בן־גוריון'],
  ['Hebrew with points', 'שָׁלוֹם'],
  ['Hindi', 'अनुष्का शर्मा'],
  ['Marathi with a joiner', 'र\u094d\u200dयाचा'],
  ['Sinhala with a joiner', 'ශ\u0dca\u200dරී ලංකා'],
  ['Malayalam with a joiner at the end', 'അവന\u0d4d\u200d'],
  ['Bengali', 'রবীন্দ্রনাথ'],
  ['Tamil', 'தமிழ்'],
  ['Thai', 'สมชาย'],
  ['Chinese', '王小明'],
  ['Chinese with a variant of a sign', '\u8fbb\u{e0100}'],
  ['Japanese', '山田 太郎'],
  ['Japanese with a wide space', '山田\u3000太郎'],
  ['Korean', '김민준'],
  ['Mongolian with a variant', '\u1820\u180b\u1828'],
  ['Greek', 'Ελένη Παπαδοπούλου'],
  ['Cyrillic', 'Анна Каренина'],
  ['Georgian', 'თამარ'],
  ['Amharic', 'አበበ'],
  ['an emoji', 'Sales 📈'],
  ['a family of emoji', '👨\u200d👩\u200d👧\u200d👦'],
  ['an emoji with a tone', '👩🏽\u200d💻 Dev'],
  ['an emoji with a variant', '❤\ufe0f\u200d🔥'],
  ['a keycap', '1\ufe0f\u20e3 first'],
  ['a flag', '🇩🇪 Germany'],
  ['a flag of tags', `\u{1f3f4}${TAGS('gbsct')}\u{e007f} Scotland`],
  ['a rainbow', '🏳\ufe0f\u200d🌈'],
  ['markup', '<b>Anna</b>'],
];

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /nothing that can be seen/],
  ['spaces', '  \u00a0', /nothing that can be seen/],
  ['a filler of Hangul', '\u3164', /cannot be seen \(U\+3164\)/],
  ['an empty cell of Braille', '\u2800', /U\+2800/],
  ['a mark before all letters', '\u0301Anna', /begins with a mark/],
  ['an empty cell of Braille within', 'An\u2800na', /U\+2800/],
  ['an object that is not there', 'An\ufffcna', /U\+FFFC/],
  ['a sign of private use', 'An\ue000na', /U\+E000/],
  ['a variant of a digit', 'Team 1\ufe0e', /U\+FE0E/],
  ['a mark alone', '\u0301', /nothing that can be seen/],
  ['zero width', 'Ann\u200ba', /cannot be seen \(U\+200B\)/],
  ['a joiner between Latin letters', 'An\u200dna', /U\+200D/],
  ['a non-joiner between Latin letters', 'An\u200cna', /U\+200C/],
  ['two joiners', 'र\u094d\u200d\u200dया', /U\+200D/],
  ['a joiner behind an emoji', '👩\u200d', /U\+200D/],
  ['a word joiner', 'An\u2060na', /U\+2060/],
  ['a byte order mark', '\ufeffAnna', /U\+FEFF/],
  ['a soft hyphen', 'An\u00adna', /U\+00AD/],
  ['a combining grapheme joiner', 'An\u034fna', /U\+034F/],
  ['an override', 'Anna \u202egnp.exe', /turns the direction of text \(U\+202E\)/],
  ['an isolate', '\u2067Anna\u2069', /turns the direction/],
  ['a mark of direction', 'Anna\u200f', /turns the direction/],
  ['an Arabic mark of direction', 'محمد\u061c', /turns the direction/],
  ['tags', `Anna${TAGS('pay me')}`, /U\+E0070/],
  ['tags of a flag that is none', `\u{1f3f4}${TAGS('evil!')}\u{e007f}`, /U\+E0065/],
  ['a variant of a letter', 'A\ufe0fnna', /U\+FE0F/],
  ['two variants', '❤\ufe0f\ufe0f', /U\+FE0F/],
  ['variants that spell', 'Anna😀\u{e0100}\u{e0101}', /U\+E0100/],
  ['a line break', 'Anna\nPlatform', /control character \(U\+000A\)/],
  ['a tab', 'Anna\tX', /control character/],
  ['an escape', '\u001b[31mAnna', /control character \(U\+001B\)/],
  ['an end of line', 'Anna\u2028X', /control character \(U\+2028\)/],
  ['a control of Latin 1', 'Anna\u0085', /control character \(U\+0085\)/],
  ['an interlinear note', 'An\ufff9na', /U\+FFF9/],
  ['a musical control', 'An\u{1d173}na', /U\+1D173/],
];

test('names as they are written in many scripts stay', () => {
  for (const [what, name] of FINE) assert.equal(shownNameFault(name), null, what);
});

test('what cannot be seen, turns the direction of text or is none is told with its code', () => {
  for (const [what, name, fault] of BAD) assert.match(shownNameFault(name) ?? '', fault, what);
});

test('a fine name with anything unseen in it anywhere is none', () => {
  const unseen = ['\u200b', '\u202e', '\u2066', '\u0007', '\u{e0041}', '\ufeff'];
  const names = FINE.map(([, name]) => name);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(...unseen),
      fc.nat(60),
      (name, one, at) => {
        const points = [...name];
        const place = at % (points.length + 1);
        const mixed = [...points.slice(0, place), one, ...points.slice(place)].join('');
        return shownNameFault(mixed) !== null;
      },
    ),
  );
});
