/**
 * A file that stayed out can be had again, and is explained to those alone who wait for it.
 */
import { expect, test, vi } from 'vitest';
import { type Problem, unreachable } from '../api/problem.ts';
import { LateFile, type LatePorts } from './late-file.ts';

const broken = new Error('no such file');

function open(facts: { answers: (string | null)[]; why?: (Problem | null)[]; renews?: boolean }) {
  const answers = [...facts.answers];
  const why = [...(facts.why ?? [])];
  const bring = vi.fn(async () => {
    const next = answers.shift();
    if (next === null || next === undefined) throw broken;
    return next;
  });
  const ports = {
    why: vi.fn(async () => why.shift() ?? null),
    broken: vi.fn(() => unreachable()),
    renew: vi.fn(() => facts.renews ?? false),
  } satisfies LatePorts;
  return { file: new LateFile(bring, ports), bring, ports };
}

test('what stayed out while the mesh was away comes when it is asked for again', async () => {
  const { file } = open({ answers: [null, 'page'], why: [unreachable()] });
  const told = vi.fn();
  file.subscribe(told);
  await file.load();
  expect(file.state().problem).toMatchObject({ document: { code: 'UNREACHABLE' } });
  await file.load();
  expect(file.state()).toEqual({ file: 'page', problem: null });
  expect(told).toHaveBeenCalledTimes(2);
});

test('a blink of the mesh is not seen', async () => {
  const { file, bring } = open({ answers: [null, 'page'] });
  await file.load();
  expect(file.state()).toEqual({ file: 'page', problem: null });
  expect(bring).toHaveBeenCalledTimes(2);
});

test('a look ahead that fails is forgotten', async () => {
  const { file, ports } = open({ answers: [null, 'page'] });
  await file.lookAhead();
  expect(file.state()).toEqual({ file: null, problem: null });
  expect(ports.why).not.toHaveBeenCalled();
  await file.load();
  expect(file.state().file).toBe('page');
});

test('who waits for what is looked ahead for is told why it stayed out', async () => {
  const { file, bring } = open({ answers: [null], why: [unreachable()] });
  await Promise.all([file.lookAhead(), file.load()]);
  expect(bring).toHaveBeenCalledOnce();
  expect(file.state().problem).not.toBeNull();
});

test('a page on its way out shows nothing more', async () => {
  const { file } = open({ answers: [null], why: [unreachable()], renews: true });
  const ended = vi.fn();
  void file.load().then(ended);
  await vi.waitFor(() => expect(file.state().problem).toBeNull());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).not.toHaveBeenCalled();
  expect(file.state()).toEqual({ file: null, problem: null });
});
