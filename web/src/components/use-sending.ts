/**
 * What is sent to the mesh by a press. While it is on its way a second press sends nothing, however soon it comes.
 *
 * Why not the button alone: it learns a moment later that something is under way, and a hand can be faster than that.
 */
import {
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
} from '@tanstack/react-query';
import { useCallback, useRef } from 'react';

/** `keyOf` says which presses are one and the same; without it, all of them. */
export function useSending<Data, Variables = void, Kept = unknown>(
  options: UseMutationOptions<Data, Error, Variables, Kept>,
  keyOf: (variables: Variables) => string = () => '',
): UseMutationResult<Data, Error, Variables, Kept> {
  const underWay = useRef(new Set<string>());
  const key = useRef(keyOf);
  key.current = keyOf;
  const mutation = useMutation<Data, Error, Variables, Kept>({
    ...options,
    onSettled: (data, error, variables, ...rest) => {
      underWay.current.delete(key.current(variables));
      return options.onSettled?.(data, error, variables, ...rest);
    },
  });
  const { mutate: send } = mutation;
  const mutate = useCallback<typeof send>(
    (...args) => {
      const which = key.current(args[0] as Variables);
      if (underWay.current.has(which)) return;
      underWay.current.add(which);
      send(...args);
    },
    [send],
  );
  return { ...mutation, mutate };
}
