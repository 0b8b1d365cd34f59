/**
 * Semantic versions: `semver("1.2.3-rc.1")`, comparison and parts, with a lenient reading on request.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library
 */
import { quote } from "../../../rego/index.ts";
import { toInt } from "../values/number.ts";
import { structType } from "../values/type.ts";
import { CelError, CelOpaque, type CelResult } from "../values/value.ts";
import { traversal, unit } from "./costs.ts";
import { bool, free, func, int, type Library, method, opaque, string } from "./declare.ts";

class Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly preRelease: readonly (string | bigint)[];

  constructor(numbers: readonly [bigint, bigint, bigint], preRelease: readonly (string | bigint)[]) {
    this.numbers = numbers;
    this.preRelease = preRelease;
  }

  equals(other: unknown): boolean {
    return other instanceof Version && compare(this, other) === 0;
  }
}

const semverType = structType("kubernetes.Semver");
const semver = opaque<Version>(semverType);

const DIGITS = /^\d+$/;
const ALPHANUMERIC = /^[0-9A-Za-z-]+$/;
const UINT_MAX = 2n ** 64n - 1n;

function readNumber(name: string, text: string): bigint | CelError {
  if (!/^\d*$/.test(text)) return new CelError(`Invalid character(s) found in ${name.toLowerCase()} number ${quote(text)}`);
  if (text.length > 1 && text.startsWith("0")) return new CelError(`${name} number must not contain leading zeroes ${quote(text)}`);
  return readUint(text);
}

function readUint(text: string): bigint | CelError {
  if (text === "") return new CelError('strconv.ParseUint: parsing "": invalid syntax');
  const tooLong = new CelError(`strconv.ParseUint: parsing ${quote(text)}: value out of range`);
  if (text.length > 20) return tooLong;
  const value = BigInt(text);
  return value > UINT_MAX ? tooLong : value;
}

function cut(text: string, mark: string): readonly [string, readonly string[]] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, []] : [text.slice(0, at), text.slice(at + 1).split(".")];
}

function readPreRelease(text: string): string | bigint | CelError {
  if (text === "") return new CelError("Prerelease is empty");
  if (!DIGITS.test(text)) {
    return ALPHANUMERIC.test(text) ? text : new CelError(`Invalid character(s) found in prerelease ${quote(text)}`);
  }
  if (text.length > 1 && text.startsWith("0")) {
    return new CelError(`Numeric PreRelease version must not contain leading zeroes ${quote(text)}`);
  }
  return readUint(text);
}

function checkBuild(parts: readonly string[]): CelError | undefined {
  for (const part of parts) {
    if (part === "") return new CelError("Build meta data is empty");
    if (!ALPHANUMERIC.test(part)) return new CelError(`Invalid character(s) found in build meta data ${quote(part)}`);
  }
  return undefined;
}

// At most three parts; the last keeps its dots.
function splitVersion(text: string): string[] {
  const [first = "", second, ...rest] = text.split(".");
  if (second === undefined) return [first];
  return rest.length === 0 ? [first, second] : [first, second, rest.join(".")];
}

function parseVersion(text: string): Version | CelError {
  if (text === "") return new CelError("Version string empty");
  const [majorText = "", minorText = "", rest] = splitVersion(text);
  if (rest === undefined) return new CelError("No Major.Minor.Patch elements found");
  const major = readNumber("Major", majorText);
  if (major instanceof CelError) return major;
  const minor = readNumber("Minor", minorText);
  if (minor instanceof CelError) return minor;
  const [withoutBuild, build] = cut(rest, "+");
  const [patchText, preReleaseTexts] = cut(withoutBuild, "-");
  const patch = readNumber("Patch", patchText);
  if (patch instanceof CelError) return patch;
  const preRelease: (string | bigint)[] = [];
  for (const part of preReleaseTexts) {
    const read = readPreRelease(part);
    if (read instanceof CelError) return read;
    preRelease.push(read);
  }
  return checkBuild(build) ?? new Version([major, minor, patch], preRelease);
}

// Drops a leading v and leading zeros and fills up what is short.
function normalize(text: string): string | CelError {
  const parts = splitVersion(text.replace(/^v/, "")).map((part) => {
    if (part.length <= 1) return part;
    const stripped = part.replace(/^0+/, "");
    return /^\d/.test(stripped) ? stripped : `0${stripped}`;
  });
  if (parts.length < 3 && /[+-]/.test(parts[parts.length - 1] ?? "")) {
    return new CelError("short version cannot contain PreRelease/Build meta data");
  }
  while (parts.length < 3) parts.push("0");
  return parts.join(".");
}

function read(text: string, lenient: boolean): Version | CelError {
  const normal = lenient ? normalize(text) : text;
  return normal instanceof CelError ? normal : parseVersion(normal);
}

function compare(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) {
    if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] < b.numbers[i] ? -1 : 1;
  }
  if (a.preRelease.length === 0 || b.preRelease.length === 0) return Math.sign(b.preRelease.length - a.preRelease.length);
  const shorter = Math.min(a.preRelease.length, b.preRelease.length);
  for (let i = 0; i < shorter; i++) {
    const sign = comparePreRelease(a.preRelease[i] ?? "", b.preRelease[i] ?? "");
    if (sign !== 0) return sign;
  }
  return Math.sign(a.preRelease.length - b.preRelease.length);
}

// Numbers come before words.
function comparePreRelease(a: string | bigint, b: string | bigint): number {
  if (typeof a !== typeof b) return typeof a === "bigint" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function wrapped(text: string, lenient: boolean): CelResult {
  const version = read(text, lenient);
  return version instanceof CelError ? version : new CelOpaque(semverType, version);
}

const valid = (text: string, lenient: boolean) => !(read(text, lenient) instanceof CelError);
const part = (position: 0 | 1 | 2) => (version: CelOpaque<Version>) => toInt(BigInt.asIntN(64, version.value.numbers[position]));
const nominal = { cost: unit };

/** The library. */
export const semverLibrary: Library = {
  name: "kubernetes.semver",
  functions: [
    func(
      "semver",
      [
        free("string_to_semver", [string], semver, (text) => wrapped(text, false)),
        free("string_bool_to_semver", [string, bool], semver, wrapped),
      ],
      { cost: traversal },
    ),
    func(
      "isSemver",
      [free("is_semver_string", [string], bool, (text) => valid(text, false)), free("is_semver_string_bool", [string, bool], bool, valid)],
      { cost: traversal },
    ),
    func("isGreaterThan", [method("semver_is_greater_than", [semver, semver], bool, (a, b) => compare(a.value, b.value) > 0)], nominal),
    func("isLessThan", [method("semver_is_less_than", [semver, semver], bool, (a, b) => compare(a.value, b.value) < 0)], nominal),
    func("compareTo", [method("semver_compare_to", [semver, semver], int, (a, b) => compare(a.value, b.value))], nominal),
    func("major", [method("semver_major", [semver], int, part(0))], nominal),
    func("minor", [method("semver_minor", [semver], int, part(1))], nominal),
    func("patch", [method("semver_patch", [semver], int, part(2))], nominal),
  ],
};
