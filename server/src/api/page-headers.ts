/**
 * What every page and file for browsers is sent with: a content policy that lets in what is named and nothing else, no guessing
 * of types, no frames.
 *
 * Not the pages. Invariant: no policy allows a script that stands in a page, or anything that comes from elsewhere.
 */

/** Headers with a policy of these sources beside those that hold for every page. */
export function pageHeaders(sources: readonly string[]): Record<string, string> {
  const policy = ["default-src 'none'", ...sources, "base-uri 'none'", "frame-ancestors 'none'"];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}
