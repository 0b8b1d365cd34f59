/**
 * The quoting of Go's time package, simpler than strconv's: every byte outside printable ASCII in hexadecimal.
 * In: "binary" text, one character a byte (bytes.ts). https://pkg.go.dev/time#ParseError
 */

/** Returns a quoted text. */
export function quoteBytes(binary: string): string {
  const escaped = binary.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u0080-\u00ff]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}
