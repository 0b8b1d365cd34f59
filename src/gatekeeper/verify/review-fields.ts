/** Finds fields that an AdmissionReview does not have: a test that misspells one would otherwise test nothing. */
import { isPlainObject, type PlainObject, quote, type Value } from "../../rego/index.ts";

/** Names at a place; a nested record is checked too, true takes anything. */
interface Fields {
  readonly [name: string]: Fields | true;
}

const GVK: Fields = { group: true, version: true, kind: true };
const GVR: Fields = { group: true, version: true, resource: true };

const REVIEW: Fields = {
  apiVersion: true,
  kind: true,
  request: {
    uid: true,
    kind: GVK,
    resource: GVR,
    subResource: true,
    requestKind: GVK,
    requestResource: GVR,
    requestSubResource: true,
    name: true,
    namespace: true,
    operation: true,
    userInfo: { username: true, uid: true, groups: true, extra: true },
    object: true,
    oldObject: true,
    dryRun: true,
    options: true,
  },
  response: true,
};

/** Returns the complaint about the fields nobody knows. */
export function unknownReviewField(review: PlainObject): string | undefined {
  const unknown = find(review, REVIEW, "");
  return unknown.length === 0 ? undefined : `strict decoding error: ${unknown.map((path) => `unknown field ${quote(path)}`).join(", ")}`;
}

function find(value: Value, fields: Fields, path: string): readonly string[] {
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const known = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (known === undefined) return [at];
    return known === true ? [] : find(member, known, at);
  });
}
