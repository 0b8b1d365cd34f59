/**
 * Says what is wrong with a token that the lexer could not read. In: the text of the token. Out: the messages of OPA's scanner, one per
 * fault, in the order of the text. None for a character that begins no token.
 */

const escapes = new Set(["\\", '"', "/", "b", "f", "n", "r", "t", "u"]);

/** Returns what is wrong with an illegal token; the rest of a template string stands without its opening mark. */
export function complaintsOf(image: string, continuesTemplate: boolean): readonly string[] {
  if (continuesTemplate) return ofText(image, "{");
  const first = image.charAt(0);
  if (first >= "0" && first <= "9") return ofNumber(image);
  switch (first) {
    case "!":
      return ["illegal ! character"];
    case '"':
      return ofText(image.slice(1), "");
    case "`":
      // One that ends is refused for a character in it, which has its own complaint.
      return image.length > 1 && image.endsWith("`") ? [] : ["non-terminated string"];
    case "$":
      return ofTemplate(image);
    default:
      return [];
  }
}

function ofNumber(image: string): readonly string[] {
  const complaints: string[] = [];
  const match = /^\d+(\.\d*)?([eE][+-]?\d*)?/.exec(image);
  if (match?.[1] === ".") complaints.push("expected fraction");
  if (match?.[2] !== undefined && !/\d/.test(match[2])) complaints.push("expected exponent");
  if (match !== null && match[0].length < image.length) complaints.push("illegal number format");
  return complaints;
}

function ofTemplate(image: string): readonly string[] {
  if (image.startsWith('$"')) return ofText(image.slice(2), "{");
  if (/^\$`(?:[\s\S]*[^\\])?[`{]$/.test(image)) return [];
  return [image.length === 1 ? "illegal $ character" : "non-terminated string"];
}

function ofText(text: string, brace: string): readonly string[] {
  const complaints: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    if (unit === '"' || (unit === brace && brace !== "")) return complaints;
    if (unit !== "\\") continue;
    const next = text.charAt(at + 1);
    if (next === "u") at += 4;
    else if (next !== "" && (escapes.has(next) || next === brace)) at++;
    else complaints.push("illegal escape sequence");
  }
  complaints.push("non-terminated string");
  return complaints;
}
