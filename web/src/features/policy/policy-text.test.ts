/** Two policies side by side: in words, and nothing that differs is left out. */
import { expect, test } from 'vitest';
import type { PolicyContent } from './policy-queries.ts';
import { meshPolicyText, policyText } from './policy-text.ts';

const CONTENT = {
  cedar: 'permit (principal, action, resource);\n',
  rowFilter: null,
  hiddenClassifications: ['confidential'],
  autoApprovePurposes: [],
  subjectAttributes: [],
  sets: {
    pilots: {
      ...{ keys: 'string', from: null, key: null, subject: null, where: null, purpose: null },
      values: ['s1', 's2'],
    },
  },
} as PolicyContent;

test('what stands beside the rules is told in words, a value a line', () => {
  const text = policyText(CONTENT);
  expect(text).not.toMatch(/[{[\]}"]/);
  expect(text).toContain('Classes that do not exist for consumers\n  confidential');
  expect(text).toContain('Set pilots\n  2 values, written down\n  Its values are text\n  s1\n  s2');
  expect(text.endsWith('\n\npermit (principal, action, resource);')).toBe(true);
  const tagged = { ...{ cedar: '', subjectAttributes: [] }, productionDomains: ['sales'] };
  expect(meshPolicyText({ ...tagged, domainTags: { sales: { care: ['high', 'low'] } } })).toContain(
    'Tags of domains\n  sales: care: high, low',
  );
});

test('each part that differs makes another text, also one that the page has no words for', () => {
  const pilots = CONTENT.sets['pilots'];
  const others = [
    { ...CONTENT, rowFilter: 'a = 1' },
    { ...CONTENT, autoApprovePurposes: ['research'] },
    { ...CONTENT, subjectAttributes: ['shops'] },
    { ...CONTENT, sets: {} },
    { ...CONTENT, sets: { pilots: { ...pilots, keys: 'integer' } } },
    { ...CONTENT, sets: { pilots: { ...pilots, values: ['s1', 's3'] } } },
    { ...CONTENT, sets: { pilots: { ...pilots, values: { ann: ['s1', 's2'] } } } },
    { ...CONTENT, sets: { pilots: { ...pilots, later: 1 } } },
    { ...CONTENT, later: true },
  ] as PolicyContent[];
  const texts = [CONTENT, ...others].map(policyText);
  expect(new Set(texts).size).toBe(texts.length);
});
