/**
 * What one looks at data for. What is seen depends on it, so it is always in sight and part of the address.
 */
import { Menu } from '@mantine/core';
import { IconCheck, IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { agreementsQuery } from '../api/queries.ts';
import { formatName } from '../lib/format.ts';
import { type Action, useActions } from './actions.ts';
import classes from './PurposeChoice.module.css';
import { useMe } from './session.tsx';
import { words } from './words.ts';

export function PurposeChoice() {
  const { purpose } = useSearch({ strict: false });
  const choices = usePurposes();
  const navigate = useNavigate();
  const actions = useMemo(
    () =>
      choices.map(
        (choice): Action => ({
          id: `purpose-${choice}`,
          label: formatName(choice),
          group: 'purpose',
          run: () => void navigate({ to: '.', search: (old) => ({ ...old, purpose: choice }) }),
        }),
      ),
    [choices, navigate],
  );
  useActions(actions);
  const choose = (choice: string) =>
    void navigate({ to: '.', search: (old) => ({ ...old, purpose: choice }) });
  if (choices.length === 0) return null;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <button type="button" className={classes['choice']}>
          <IconTargetArrow size={16} stroke={1.7} aria-hidden="true" />
          <span className={classes['label']}>{words.purpose}</span>
          <b>{purpose === undefined ? words.notChosen : formatName(purpose)}</b>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.purposeHelp}</Menu.Label>
        <Menu.RadioGroup value={purpose ?? null} onChange={choose}>
          {choices.map((choice) => (
            <Menu.RadioItem
              key={choice}
              value={choice}
              closeMenuOnClick
              checkIcon={<IconCheck size={15} aria-hidden="true" />}
            >
              {formatName(choice)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The purposes of the agreements that the subject has, each once. */
export function usePurposes(): string[] {
  const me = useMe();
  const agreements = useQuery(agreementsQuery({ subject: me.id, state: 'active' }));
  return useMemo(
    () => [...new Set((agreements.data?.items ?? []).map(({ purpose }) => purpose))].sort(),
    [agreements.data],
  );
}
