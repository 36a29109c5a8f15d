/**
 * What one looks at data for. What is seen depends on it, so it is always in sight and part of the address.
 */
import { Menu } from '@mantine/core';
import { IconCheck, IconTargetArrow } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ContractModel } from '@weft/core/contract/model';
import { useMemo } from 'react';
import { agreementsQuery, contractQuery, searchQuery } from '../api/queries.ts';
import { quoteValue } from '../lib/filter.ts';
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
        <Menu.Label>{choices.length === 0 ? words.noPurpose : words.purposeHelp}</Menu.Label>
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

/** The purposes of the subject's agreements, of the products he looks after, and of the contract in sight, each once. */
function usePurposes(): string[] {
  const me = useMe();
  const agreements = useQuery(agreementsQuery({ subject: me.id, state: 'active' }));
  const own = useInfiniteQuery({
    ...searchQuery({
      where: `domain in (${me.domains.map(quoteValue).join(', ')})`,
      facet: 'purpose',
    }),
    enabled: me.domains.length > 0,
  });
  const { product } = useParams({ strict: false });
  const contract = useQuery({
    ...contractQuery(product ?? ''),
    // Why the dot: the policies of the mesh stand where those of a product do, and are of none.
    enabled: product?.includes('.') === true,
    retry: false,
  });
  return useMemo(() => {
    const model = contract.data?.model as unknown as ContractModel | undefined;
    const agreed = (agreements.data?.items ?? []).map(({ purpose }) => purpose);
    const kept = (own.data?.pages[0]?.facets['purpose'] ?? []).map(({ value }) => value);
    return [...new Set([...agreed, ...kept, ...(model?.weft.purposes ?? [])])].sort();
  }, [agreements.data, own.data, contract.data]);
}
