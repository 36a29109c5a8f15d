/**
 * Documentation of contracts: nothing promised is left out, and no text of a contract becomes markup.
 *
 * Not a test of the prose itself. The oracle is the ingest plan: each of its rules must stand in the document.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildModel, buildObject, buildProperty } from '../fixtures/model-builder.ts';
import { buildShopModel } from '../fixtures/shop-model.ts';
import { compileHtml } from './html.ts';
import { compileRules, primaryKeyOf } from './ingest-plan.ts';
import { compileMarkdown } from './markdown.ts';

const model = buildShopModel();

describe('documentation of a contract', () => {
  it('names every column, rule and service level', () => {
    const text = compileMarkdown(model);
    for (const object of model.objects) {
      for (const property of object.properties)
        assert.match(text, new RegExp(`\\| ${property.name} \\|`));
      for (const rule of compileRules(model, object, primaryKeyOf(object))) {
        assert.ok(text.includes(`| ${rule.id} |`), rule.id);
      }
    }
    assert.match(text, /price is at least 0 and at most 99999\.99\./);
    assert.match(text, /A batch has more than 0 rows\. \| The whole batch is held\./);
    assert.match(text, /4 h \(PT4H\)/);
    assert.match(text, /One row is one order line\./);
  });

  it('keeps Markdown tables whole whatever the texts hold', () => {
    const lines = compileMarkdown(model).split('\n');
    const widths = lines
      .filter((line) => line.startsWith('|'))
      .map((line) => line.replaceAll(/\\[\\|]/g, '').split('|').length);
    assert.deepEqual([...new Set(widths)].sort(), [5, 7]);
    assert.ok(lines.includes('# Shop \\| orders'));
  });

  it('lets no text of the contract become HTML', () => {
    const hostile = buildModel(
      [buildObject('t', [buildProperty('a', 'int', { description: '<script>alert(1)</script>' })])],
      { name: '"><img src=x>' },
    );
    const html = compileHtml(hostile);
    assert.doesNotMatch(html, /<script|<img/);
    assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  });
});
