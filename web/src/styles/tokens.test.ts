/**
 * Recomputes what the colours promise: contrasts of text and graphics on every ground, in both schemes (WCAG 2.2, 1.4.3
 * and 1.4.11), and that the series' dyes stay apart for people who see colours otherwise (Machado, Oliveira and Fernandes
 * 2009, severity 1; distances in CIELAB, CIE76).
 */
import { expect, test } from 'vitest';
import css from './tokens.css?raw';

type Rgb = [number, number, number];

const blocks = [...css.matchAll(/(:root[^{]*)\{([^}]*)\}/g)];
const read = (block: string | undefined): Map<string, string> =>
  new Map(
    [...(block ?? '').matchAll(/--w-([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [
      m[1] ?? '',
      m[2] ?? '',
    ]),
  );
const SCHEMES = { light: read(blocks[0]?.[2]), dark: read(blocks[1]?.[2]) };

const GROUNDS = ['canvas', 'surface', 'sunken'];
const TEXTS = ['ink', 'ink-2', 'ink-3', 'weft', 'broken', 'risk', 'veil'];
const OWN_GROUND = ['weft', 'broken', 'risk', 'veil'];
const DYES = ['dye-1', 'dye-2', 'dye-3', 'dye-4', 'dye-5'];

for (const [name, scheme] of Object.entries(SCHEMES)) {
  const colour = (token: string): Rgb => {
    const hex = scheme.get(token);
    if (hex === undefined) throw new Error(`${name} has no --w-${token}`);
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
  };

  test(`${name}: every text can be read on every ground`, () => {
    for (const text of TEXTS) {
      const grounds = OWN_GROUND.includes(text) ? [...GROUNDS, `${text}-bg`] : GROUNDS;
      for (const ground of grounds) {
        expect(
          contrast(colour(text), colour(ground)),
          `${text} on ${ground}`,
        ).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(colour('on-ink'), colour('ink'))).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['add', 'del']) {
      expect(contrast(colour('ink'), colour(ground)), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  test(`${name}: borders of fields, threads and series stand out`, () => {
    for (const graphic of ['edge', 'weft', 'weft-2', ...DYES, 'dye-6']) {
      expect(contrast(colour(graphic), colour('surface')), graphic).toBeGreaterThanOrEqual(3);
    }
  });

  test(`${name}: the five dyes of a chart stay apart for everybody`, () => {
    for (const [kind, matrix] of Object.entries(MACHADO)) {
      const seen = DYES.map((dye) => lab(simulate(colour(dye), matrix)));
      for (const [at, one] of seen.entries()) {
        for (const other of seen.slice(at + 1)) {
          expect(distance(one, other), `${kind}: ${DYES[at]}`).toBeGreaterThanOrEqual(17);
        }
      }
    }
  });
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(one: Rgb, other: Rgb): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

const MACHADO: Record<string, number[][]> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Linear light in, linear light out, each 0 to 1. */
function simulate(colour: Rgb, matrix: number[][]): Rgb {
  const light = colour.map(linear);
  return matrix.map((row) => {
    const sum = row.reduce((total, weight, at) => total + weight * (light[at] ?? 0), 0);
    return Math.min(1, Math.max(0, sum));
  }) as Rgb;
}

/** CIELAB under D65. */
function lab([red, green, blue]: Rgb): Rgb {
  const x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047;
  const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883;
  const [fx = 0, fy = 0, fz = 0] = [x, y, z].map((t) =>
    t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116,
  );
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function distance(one: Rgb, other: Rgb): number {
  return Math.hypot(...one.map((value, at) => value - (other[at] ?? 0)));
}
