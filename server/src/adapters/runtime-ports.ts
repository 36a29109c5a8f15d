/**
 * The ports of `core/lib` on Node: wall clock, plain and secure randomness.
 *
 * Not the Crypto port: keys have a home of their own (`keyring.ts`).
 */
import { randomBytes } from 'node:crypto';
import type { Clock, Rng, SecureRandom } from '@weft/core/lib/ports';

export const systemClock: Clock = { now: () => Date.now() };

export const systemRng: Rng = { next: () => Math.random() };

export const systemRandom: SecureRandom = { secure: true, bytes: (length) => randomBytes(length) };
