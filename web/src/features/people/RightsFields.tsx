/**
 * Roles by a mark each, with what they may do; domains; attributes as names with values.
 */
import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { TokenInput } from '../../components/TokenInput.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './People.module.css';
import { domainsQuery, type Role } from './people-queries.ts';
import { type AttributeRow, type RightsDraft, ROLES } from './rights-draft.ts';
import { ROLE_SAYS, rightsHint, unknownDomains, words } from './words.ts';

export interface RightsFieldsProps {
  draft: RightsDraft;
  onChange(part: Partial<RightsDraft>): void;
}

export function RightsFields({ draft, onChange }: RightsFieldsProps) {
  const { roles, domains, attributes } = draft;
  return (
    <>
      <RoleChoice roles={roles} onChange={(next) => onChange({ roles: next })} />
      <DomainChoice
        roles={roles}
        domains={domains}
        onChange={(next) => onChange({ domains: next })}
      />
      <Attributes rows={attributes} onChange={(next) => onChange({ attributes: next })} />
    </>
  );
}

interface RoleChoiceProps {
  roles: Role[];
  onChange(roles: Role[]): void;
}

function RoleChoice({ roles, onChange }: RoleChoiceProps) {
  return (
    <fieldset className={classes['choices']}>
      <legend>{words.roles}</legend>
      {ROLES.map((role) => (
        <Checkbox
          key={role}
          label={formatName(role)}
          description={ROLE_SAYS[role]}
          checked={roles.includes(role)}
          onChange={({ currentTarget: { checked } }) =>
            onChange(checked ? [...roles, role] : roles.filter((other) => other !== role))
          }
        />
      ))}
    </fieldset>
  );
}

interface DomainChoiceProps {
  roles: readonly Role[];
  domains: string[];
  onChange(domains: string[]): void;
}

function DomainChoice({ roles, domains, onChange }: DomainChoiceProps) {
  const answer = useInfiniteQuery(domainsQuery);
  const known = answer.data?.pages.flatMap(({ items }) => items.map(({ name }) => name)) ?? [];
  const isWhole = answer.data !== undefined && !answer.hasNextPage;
  const unknown = isWhole ? domains.filter((name) => !known.includes(name)) : [];
  return (
    <div>
      <TokenInput
        label={words.domains}
        values={domains}
        suggestions={known}
        doubt={unknown.length > 0 ? unknownDomains(unknown) : rightsHint(roles, domains)}
        onChange={onChange}
      />
      <p className={classes['hint']}>{words.domainsHelp}</p>
    </div>
  );
}

interface AttributesProps {
  rows: AttributeRow[];
  onChange(rows: AttributeRow[]): void;
}

function Attributes({ rows, onChange }: AttributesProps) {
  const { whole, pressed } = useFocusOfRows(rows.length);
  return (
    <fieldset className={classes['choices']} ref={whole}>
      <legend>{words.attributes}</legend>
      <p className={classes['hint']}>{words.attributesHelp}</p>
      <ul className={classes['attributes']}>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: while its name is typed, a row has none of its own.
          <li key={at} className={classes['attribute']}>
            <TextInput
              aria-label={words.attribute}
              placeholder={words.attributeHint}
              maxLength={100}
              value={row.name}
              onChange={({ currentTarget: { value } }) =>
                onChange(rows.with(at, { ...row, name: value }))
              }
            />
            <TokenInput
              label={words.valuesOf(row.name)}
              isLabelHidden
              placeholder={words.valuesHint}
              values={row.values}
              onChange={(values) => onChange(rows.with(at, { ...row, values }))}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.takeAttribute(row.name)}
              onClick={() => {
                pressed.current = 'take';
                onChange(rows.toSpliced(at, 1));
              }}
            >
              <IconTrash size={16} stroke={1.7} aria-hidden="true" />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <div>
        <Button
          data-add
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={15} stroke={1.7} aria-hidden="true" />}
          onClick={() => {
            pressed.current = 'add';
            onChange([...rows, { name: '', values: [] }]);
          }}
        >
          {words.addAttribute}
        </Button>
      </div>
    </fieldset>
  );
}

/** What a press did to the rows: a new one takes the focus, and one that went leaves it to the one in its place, or to the button. */
function useFocusOfRows(count: number) {
  const whole = useRef<HTMLFieldSetElement>(null);
  const pressed = useRef<'add' | 'take' | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is done when a row came or went.
  useEffect(() => {
    const last = [...(whole.current?.querySelectorAll('li') ?? [])].at(-1);
    if (pressed.current === 'add') last?.querySelector('input')?.focus();
    // Why only then: the button of the row that moved up has the focus still.
    if (pressed.current === 'take' && document.activeElement === document.body) {
      const away = last?.querySelector<HTMLElement>(':scope > button');
      (away ?? whole.current?.querySelector<HTMLElement>('[data-add]'))?.focus();
    }
    pressed.current = null;
  }, [count]);
  return { whole, pressed };
}
