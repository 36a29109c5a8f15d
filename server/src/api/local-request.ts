/**
 * Whether a request comes from the machine that the process runs on, through nothing in between.
 *
 * Not authentication. Invariant: in doubt it does not: a proxy on the same machine speaks for others, and a page of a
 * foreign name that was pointed at this address (DNS rebinding) names another host.
 */
import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';

const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

export function isLocalRequest(request: FastifyRequest): boolean {
  const isForwarded = FORWARDING.some((name) => request.headers[name] !== undefined);
  return (
    !isForwarded && isLoopback(request.socket.remoteAddress ?? '') && isLocalHost(request.host)
  );
}

/** True for a name or address of this machine that no other one reaches. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '').replace(/^\[(.*)\]$/, '$1');
  if (plain === 'localhost' || plain === '::1') return true;
  return isIPv4(plain) && plain.startsWith('127.');
}

/** The same for the value of a Host header, with or without a port. */
export function isLocalHost(host: string): boolean {
  return isLoopback(host.replace(/:\d+$/, ''));
}
