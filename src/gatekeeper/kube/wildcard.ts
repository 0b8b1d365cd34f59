/**
 * Names with a star at the front, the end or both: a pattern and a name in, a verdict out.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/howto#the-match-field
 */

/** Tells whether a name fits a pattern: `*x*` contains, `*x` ends with, `x*` starts with, `x` is. */
export function matchesName(pattern: string, name: string): boolean {
  const front = pattern.startsWith("*");
  const back = pattern.endsWith("*");
  if (front && back) return name.includes(bare(pattern));
  if (front) return name.endsWith(pattern.slice(1));
  return back ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** Tells whether every name that a prefix may generate could fit: only patterns that end with a star say so. */
export function matchesGeneratedName(pattern: string, prefix: string): boolean {
  if (!pattern.endsWith("*")) return false;
  return pattern.startsWith("*") ? prefix.includes(bare(pattern)) : prefix.startsWith(pattern.slice(0, -1));
}

/** Drops one star from each end; a pattern that is a single star has nothing left. */
function bare(pattern: string): string {
  return pattern.slice(1).replace(/\*$/, "");
}
