/**
 * A module that uses a template's `violation` rule the way Gatekeeper's own query does, so that the compiler finds the misuses it finds there:
 * a function, a plain value, members without a message. It is compiled with every template and never evaluated: `violations.ts` asks for
 * the rule itself. The three lines that errors can point at are the lines they have in the original.
 */

/** The file name in error texts. */
export const HOOK_NAME = "hooks.hooks_builtin";

const RULE_LINE = 15;
const DETAILS_LINE = 20;

/** The text of the module. */
export const HOOK_TEXT = [
  "package hooks",
  "",
  "violation[response] {",
  "  key := input.constraints[_]",
  "  asked := {",
  '    "review": input.review,',
  '    "parameters": data.constraints[key.kind][key.name],',
  "  }",
  ...blank(RULE_LINE - 9),
  "  data.template.violation[r] with input as asked",
  ...blank(DETAILS_LINE - RULE_LINE - 3),
  "  response := {",
  '    "key": key,',
  '    "details": object.get(r, "details", {}),',
  '    "msg": r.msg,',
  "  }",
  "}",
  "",
].join("\n");

function blank(lines: number): readonly string[] {
  return Array.from({ length: lines }, () => "");
}
