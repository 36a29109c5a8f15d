/**
 * The rules of a policy as forms: what a form writes is the text that is the policy, half a rule writes nothing, and texts of
 * others stay text.
 */
import { screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { keep } from '../../../lib/tab-memory.ts';
import { ANNA, HOSTILE } from '../../../testing/facts.ts';
import { expectAccessible, focused, show } from '../../../testing/render.tsx';
import { readRules } from '../cedar/rules.ts';
import type { Fault } from '../policy-queries.ts';
import { EMPTY_VOCABULARY } from '../use-vocabulary.ts';
import { RuleList } from './RuleList.tsx';

const WORDS = {
  ...EMPTY_VOCABULARY,
  purposes: ['fraud_detection', 'research'],
  readers: { names: new Map([['u7', 'Vera Vendor']]), isWhole: true },
};

const STORED = `@id("readers")
@description("${HOSTILE.replaceAll('"', '\\"')}")
permit (principal, action, resource);

@id("nobody")
forbid (principal, action, resource);
`;

/** The forms have no words for one action alone. */
const WRITTEN = `@id("${HOSTILE.replaceAll('"', '\\"')}")
permit (principal, action == Weft::Action::"query", resource);
`;

interface PolicyProps {
  source?: string;
  faults?: Fault[];
  mayChange?: boolean;
  told?: string[];
}

/** The list as its page holds it. */
function Policy({ source = STORED, faults = [], mayChange = true, told = [] }: PolicyProps) {
  const [text, setText] = useState(source);
  return (
    <RuleList
      product="loyalty.households"
      source={text}
      vocabulary={WORDS}
      faults={faults}
      mayChange={mayChange}
      onChange={(next) => {
        told.push(next);
        setText(next);
      }}
    />
  );
}

const rule = (name: string) => screen.getByRole('article', { name: `Rule ${name}` });
const press = (name: string | RegExp) => screen.getByRole('button', { name });

test('each rule is told in words, with its name and what it does; its texts stay text', async () => {
  const { container } = await show(<Policy />);
  expect(within(rule('readers')).getByRole('heading').textContent).toBe('Permits');
  expect(within(rule('nobody')).getByRole('heading').textContent).toBe('Forbids');
  expect(rule('readers').textContent).toContain(HOSTILE);
  expect(container.querySelector('img')).toBeNull();
  await expectAccessible();
});

test('a rule that the forms cannot say is shown as it is written, and is not changed by them', async () => {
  const { container } = await show(<Policy source={WRITTEN} />);
  expect(rule(HOSTILE).querySelector('pre')?.textContent?.trim()).toBe(WRITTEN.trim());
  expect(screen.queryByRole('button', { name: /^Change/ })).toBeNull();
  expect(container.querySelector('img')).toBeNull();
});

test('what is wrong stands at the rule that it is wrong in', async () => {
  const faults: Fault[] = [
    { code: 'POLICY_INVALID', message: 'no such column', line: 2 },
    { code: 'POLICY_INVALID', message: `no ${HOSTILE}`, line: 6 },
  ];
  await show(<Policy faults={faults} />);
  const told = (name: string) =>
    within(rule(name))
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent);
  expect(told('readers')).toEqual([expect.stringContaining('no such column')]);
  expect(told('nobody')).toEqual([expect.stringContaining(HOSTILE)]);
});

test('who may not change anything is offered no change', async () => {
  await show(<Policy mayChange={false} />);
  expect(screen.queryByRole('button')).toBeNull();
});

test('a form opens with the focus in it, and gives it back; leaving it changes nothing', async () => {
  const told: string[] = [];
  const { user } = await show(<Policy told={told} />);
  press('Change the rule readers').focus();
  await user.keyboard('{Enter}');
  const form = screen.getByRole('form', { name: 'Rule readers' });
  expect(focused()).toBe(within(form).getByRole('textbox', { name: 'Name' }));
  await user.keyboard('x');
  await user.click(press('Leave it as it was'));
  expect(told).toEqual([]);
  expect(focused()).toBe(press('Change the rule readers'));
});

test('a change of one rule leaves the bytes of the others', async () => {
  const told: string[] = [];
  const { user } = await show(<Policy told={told} />);
  await user.click(press('Change the rule nobody'));
  const name = screen.getByRole('textbox', { name: 'Name' });
  await user.clear(name);
  await user.type(name, 'none{Enter}');
  const [text = '', ...others] = told;
  expect(others).toEqual([]);
  expect(text.startsWith(STORED.slice(0, STORED.indexOf('@id("nobody")')))).toBe(true);
  expect(text).toContain('@id("none")');
  expect(text).not.toContain('nobody');
  expect(focused()).toBe(press('Change the rule none'));
});

test('a new rule with a condition is written when it is whole, and not before', async () => {
  const told: string[] = [];
  const { user } = await show(<Policy source="" told={told} />);
  await user.click(press('Add a rule'));
  const form = screen.getByRole('form');
  await user.click(within(form).getByRole('button', { name: /^Only when/ }));
  expect(focused()).toBe(
    within(form).getByRole('combobox', { name: 'What the condition looks at' }),
  );
  const use = press('Use this rule');
  const field = within(form).getByRole('combobox', { name: 'Purposes' });
  for (const away of screen.queryAllByRole('button', { name: /^Take \w+ away$/ }))
    await user.click(away);
  expect(use).toHaveProperty('disabled', true);
  await user.type(field, 'research{Enter}');
  expect(told).toEqual([]);
  await expectAccessible();
  await waitFor(() => expect(use).toHaveProperty('disabled', false));
  await user.click(use);
  expect(told.length).toBe(1);
  expect(told[0]).toContain('@id("rule-1")');
  expect(told[0]).toMatch(/permit\s*\(/);
  expect(told[0]).toContain('research');
  expect(rule('rule-1').textContent).toMatch(/research/i);
  expect(focused()).toBe(press('Change the rule rule-1'));
});

test('a condition that is taken away leaves the focus in the form', async () => {
  const { user } = await show(<Policy source="" />);
  await user.click(press('Add a rule'));
  await user.click(press(/^Only when/));
  await user.click(press('Add a condition'));
  const away = () => screen.getAllByRole('button', { name: /^Take the condition away/ });
  await user.click(away().at(-1) as HTMLElement);
  expect(away().length).toBe(1);
  expect(focused()).toBe(away()[0]);
});

test('a reader of a condition is meant by name, and one whom nobody is called is told', async () => {
  const told: string[] = [];
  const source = '@id("a") permit (principal, action, resource) when { principal.id == "x" };';
  const { user } = await show(<Policy source={source} told={told} />);
  await user.click(press('Change the rule a'));
  const readers = screen.getByRole('combobox', { name: 'Readers' });
  expect(screen.getAllByText(/is called x, by id or name/).length).toBe(2);
  await user.type(readers, 'vera vendor{Enter}');
  await user.click(press('Take x away'));
  expect(screen.queryByText(/by id or name/)).toBeNull();
  await user.click(press('Use this rule'));
  expect(told[0]).toContain('principal.id == "u7"');
});

test('a set and a column that are there no more stay what the form says, and nothing else is chosen for them', async () => {
  const place = { path: 'region', type: 'text', isOptional: false } as const;
  const scope = {
    tables: [{ table: 'households', entity: 'Table::households', places: [place] }],
    attributes: [],
    sets: [{ name: 'trials', type: 'text' as const }],
  };
  const source = `@id("a") permit (principal, action, resource)
  when { context.sets.trials.contains(resource.row.region) };`;
  keep(ANNA.id, 'rule:loyalty.households', {
    begun: source,
    form: {
      ...(readRules(source, scope)?.[0]?.form ?? {}),
      clauses: [
        {
          kind: 'when',
          join: 'all',
          conditions: [{ kind: 'set', set: 'pilots', place: 'county', not: false }],
        },
      ],
    },
  });
  await show(
    <RuleList
      product="loyalty.households"
      source={source}
      vocabulary={{ ...WORDS, scope }}
      faults={[]}
      mayChange
      onChange={() => {}}
    />,
  );
  expect(screen.getByRole('combobox', { name: 'Set' })).toHaveProperty('value', 'pilots');
  expect(screen.getByRole('combobox', { name: 'Column' })).toHaveProperty('value', 'county');
});

test('bounds of bands are typed with commas, spaces or semicolons, and what is wrong is said at the field', async () => {
  const told: string[] = [];
  const source = '@id("a") @mask("spend: hash") permit (principal, action, resource);';
  const { user } = await show(<Policy source={source} told={told} />);
  await user.click(press('Change the rule a'));
  await user.selectOptions(
    screen.getByRole('combobox', { name: 'What spend is shown as' }),
    'in bands',
  );
  const bounds = screen.getByRole('textbox', { name: 'Bounds of the bands' });
  expect(bounds.getAttribute('placeholder')).toBe('100, 250');
  await user.type(bounds, '250, 100 x');
  expect(bounds).toHaveProperty('value', '250, 100 x');
  expect(bounds.getAttribute('aria-invalid')).not.toBe('true');
  await user.tab();
  expect(bounds.getAttribute('aria-invalid')).toBe('true');
  expect(bounds.getAttribute('aria-describedby')).not.toBeNull();
  expect(screen.getAllByText(/^x is no number and no day/).length).toBe(2);
  await expectAccessible();
  await user.clear(bounds);
  await user.type(bounds, '250, 100');
  await screen.findByText('Bounds rise: 100 cannot stand behind 250.');
  expect(press('Use this rule')).toHaveProperty('disabled', true);
  await user.clear(bounds);
  await user.type(bounds, '100, 250;300 400');
  await user.click(press('Use this rule'));
  expect(told[0]).toContain('@mask("spend: bucket 100 250 300 400")');
  expect(rule('a').textContent).toContain('in bands: 100, 250, 300, 400');
});

test('a text in a form is quoted, so that it cannot become a rule', async () => {
  const told: string[] = [];
  const { user } = await show(<Policy source="" told={told} />);
  await user.click(press('Add a rule'));
  await user.click(screen.getByRole('textbox', { name: 'What it is for' }));
  await user.paste('") permit(principal, action, resource); //');
  await user.click(press('Use this rule'));
  expect(screen.getAllByRole('article').length).toBe(1);
  expect(rule('rule-1').textContent).toContain('") permit(principal, action, resource); //');
});

test('a rule is taken out, and the focus goes to the one in its place', async () => {
  const told: string[] = [];
  const { user } = await show(<Policy told={told} />);
  await user.click(press('Change the rule readers'));
  await user.click(press('Take the rule out'));
  expect(told[0]).not.toContain('readers');
  expect(told[0]).toContain('@id("nobody")');
  expect(focused()).toBe(press('Change the rule nobody'));
});

test('a text that cannot be taken apart is kept, and nothing of it can be changed here', async () => {
  await show(<Policy source='permit(principal, "' />);
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByText(/cannot be taken apart/)).toBeTruthy();
});
