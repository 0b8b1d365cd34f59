/**
 * Reads PEM blocks as Go's encoding/pem does (https://pkg.go.dev/encoding/pem#Decode): text before, between and after blocks is skipped,
 * broken blocks too. Works on binary text, one character a byte.
 */
import { Buffer } from "node:buffer";
import { decodeBase64 } from "../../text/base64.ts";

/** A block with its type, e.g. `CERTIFICATE`, and what follows it. */
export interface PemBlock {
  readonly type: string;
  readonly bytes: Buffer;
  readonly rest: string;
}

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const DASHES = "-----";

function splitLine(text: string): { readonly line: string; readonly rest: string } {
  const end = text.indexOf("\n");
  const line = end < 0 ? text : text.slice(0, end).replace(/\r$/, "");
  return { line: line.replace(/[ \t\r\n]+$/, ""), rest: end < 0 ? "" : text.slice(end + 1) };
}

/** Returns the first block of a text, or undefined. */
export function decodePem(data: string): PemBlock | undefined {
  let rest = data;
  for (;;) {
    if (rest.startsWith(BEGIN)) rest = rest.slice(BEGIN.length);
    else {
      const at = rest.indexOf(`\n${BEGIN}`);
      if (at < 0) return undefined;
      rest = rest.slice(at + 1 + BEGIN.length);
    }
    const first = splitLine(rest);
    rest = first.rest;
    if (!first.line.endsWith(DASHES)) continue;
    const type = first.line.slice(0, -DASHES.length);
    const { text, hasHeaders } = skipHeaders(rest);
    rest = text;
    const block = readBody(rest, type, hasHeaders);
    if (block !== undefined) return block;
  }
}

function skipHeaders(from: string): { readonly text: string; readonly hasHeaders: boolean } {
  let text = from;
  let hasHeaders = false;
  for (;;) {
    const { line, rest } = splitLine(text);
    if (!line.includes(":")) return { text, hasHeaders };
    hasHeaders = true;
    text = rest;
  }
}

function readBody(text: string, type: string, hasHeaders: boolean): PemBlock | undefined {
  const atOnce = !hasHeaders && text.startsWith(END);
  const end = atOnce ? 0 : text.indexOf(`\n${END}`);
  if (end < 0) return undefined;
  const trailer = text.slice(end + END.length + (atOnce ? 0 : 1));
  if (!trailer.startsWith(`${type}${DASHES}`)) return undefined;
  const { line, rest } = splitLine(trailer.slice(type.length + DASHES.length));
  if (line !== "") return undefined;
  const body = decodeBase64(text.slice(0, end).replace(/[ \t]/g, ""));
  return body.kind === "error" ? undefined : { type, bytes: Buffer.from(body.binary, "latin1"), rest };
}
