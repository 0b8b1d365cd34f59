/**
 * Reads tar archives (ustar, with the long names of pax and GNU): the bytes of an archive in, its members out, in their order. Names are as
 * they were written; who puts them anywhere has to look at them. https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */

/** A member. */
export interface TarMember {
  readonly name: string;
  /** `link` is another name for a member before it; directories, devices and the like are left out. */
  readonly kind: "file" | "symlink" | "link";
  /** What a link points to. */
  readonly target: string;
  readonly body: Uint8Array;
}

const BLOCK = 512;

/** Returns the members of an archive; one that is cut off ends with its last whole member. */
export function untar(tar: Buffer): readonly TarMember[] {
  const members: TarMember[] = [];
  let long: Long = {};
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const type = String.fromCharCode(header[156] ?? 0);
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === "x" || type === "L" || type === "K") {
      long = { ...long, ...longNames(type, body.toString("utf8")) };
      continue;
    }
    const prefix = field(header, 345, 155);
    const short = field(header, 0, 100);
    const name = long.name ?? (prefix === "" ? short : `${prefix}/${short}`);
    const target = long.target ?? field(header, 157, 100);
    long = {};
    const kind = KINDS.get(type);
    if (kind !== undefined && body.length === size) members.push({ name, kind, target, body });
  }
  return members;
}

const KINDS: ReadonlyMap<string, TarMember["kind"]> = new Map([
  ["0", "file"],
  ["\0", "file"],
  ["1", "link"],
  ["2", "symlink"],
]);

interface Long {
  readonly name?: string;
  readonly target?: string;
}

function longNames(type: string, text: string): Long {
  const whole = text.replace(/\0.*$/s, "");
  if (type === "L") return { name: whole };
  if (type === "K") return { target: whole };
  const name = /\d+ path=(.*)\n/.exec(text)?.[1];
  const target = /\d+ linkpath=(.*)\n/.exec(text)?.[1];
  return { ...(name === undefined ? {} : { name }), ...(target === undefined ? {} : { target }) };
}

function field(header: Buffer, from: number, length: number): string {
  return header
    .toString("utf8", from, from + length)
    .replace(/\0.*$/s, "")
    .trim();
}
