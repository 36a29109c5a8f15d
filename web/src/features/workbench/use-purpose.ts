/**
 * The purpose of the workbench: of the address, else the first that the subject has something for, written into the address.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';

/** `isSettled` is false while a kept query is on its way, which has a purpose of its own. */
export function usePurpose(purposes: readonly string[], isSettled: boolean): string | undefined {
  const { purpose } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [first] = purposes;
  useEffect(() => {
    if (!isSettled || purpose !== undefined || first === undefined) return;
    void navigate({ to: '.', search: (old) => ({ ...old, purpose: first }), replace: true });
  }, [isSettled, purpose, first, navigate]);
  return purpose ?? first;
}
