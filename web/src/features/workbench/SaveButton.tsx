/**
 * Keeps the query under a name, for oneself or for everybody, and changes one that was kept. Text and purpose are kept; rows are not.
 */
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../../api/problem.ts';
import { type QueryBody, type SavedQuery, saveQuery, updateQuery } from '../../api/saved.ts';
import { useMe } from '../../app/session.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useReturnedFocus } from '../../components/use-returned-focus.ts';
import { useSending } from '../../components/use-sending.ts';
import classes from './SaveButton.module.css';
import { words } from './words.ts';

export interface SaveButtonProps {
  body: QueryBody;
  /** The kept query that is open. */
  open: SavedQuery | null;
  onReload: () => void;
}

export function SaveButton({ body, open, onReload }: SaveButtonProps) {
  const me = useMe();
  const [isNaming, setNaming] = useState(false);
  const queries = useQueryClient();
  const change = useSending({
    mutationFn: (before: SavedQuery) => updateQuery(before, body),
    onSuccess: (kept) => queries.setQueryData(['saved', kept.saved], kept),
  });
  const isMine = open !== null && open.owner === me.id;
  const isChanged = open !== null && isOther(open.body, body);
  return (
    <>
      {isMine ? (
        <Button
          variant="subtle"
          disabled={!isChanged || change.isPending}
          onClick={() => change.mutate(open)}
        >
          {isChanged ? words.saveChange : words.saved}
        </Button>
      ) : null}
      <Button
        variant="subtle"
        disabled={body.sql.trim() === ''}
        leftSection={<IconBookmark size={16} stroke={1.7} aria-hidden="true" />}
        onClick={() => setNaming(true)}
      >
        {open === null ? words.save : words.saveOther}
      </Button>
      {change.error === null ? null : (
        <div className={classes['problem']}>
          {isConflict(change.error) ? (
            <div className={classes['conflict']} role="alert">
              <p>{words.conflict}</p>
              <Button
                variant="default"
                onClick={() => {
                  change.reset();
                  onReload();
                }}
              >
                {words.loadOther}
              </Button>
            </div>
          ) : (
            <ProblemBox error={change.error} />
          )}
        </div>
      )}
      {isNaming ? <NameDialog body={body} onClose={() => setNaming(false)} /> : null}
    </>
  );
}

const isOther = (before: QueryBody, now: QueryBody): boolean =>
  before.sql !== now.sql || before.purpose !== now.purpose;

const isConflict = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 412 || error.status === 409);

/** As the mesh takes them. */
const NAME_MAX = 200;

function NameDialog({ body, onClose }: { body: QueryBody; onClose: () => void }) {
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const { length } = [...name.trim()];
  const isTooLong = length > NAME_MAX;
  useReturnedFocus();
  const navigate = useNavigate({ from: '/workbench' });
  const queries = useQueryClient();
  const saving = useSending({
    mutationFn: () => saveQuery(name.trim(), body, isShared),
    onSuccess: async (kept) => {
      queries.setQueryData(['saved', kept.saved], kept);
      await queries.invalidateQueries({ queryKey: ['saved'], exact: true });
      onClose();
      await navigate({ search: (old) => ({ ...old, saved: kept.saved }) });
    },
  });
  return (
    // Why no lock: it writes a style element, which the content policy refuses.
    <Modal
      opened
      lockScroll={false}
      onClose={onClose}
      title={words.saveTitle}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTooLong) saving.mutate();
        }}
      >
        <TextInput
          label={words.saveName}
          value={name}
          required
          error={isTooLong ? words.nameTooLong(length, NAME_MAX) : null}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          label={words.saveShared}
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        {saving.error === null ? null : <ProblemBox error={saving.error} />}
        <Button type="submit" disabled={length === 0 || isTooLong || saving.isPending}>
          {words.saveNow}
        </Button>
      </form>
    </Modal>
  );
}
