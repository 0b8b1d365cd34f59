import { describe, expect, it } from "vitest";
import { run } from "../support/command.ts";

const policy = "package p\n\nallow if {\n\tsome n in input\n\tcontains(lower(n), `a`)\n}\n";
const deep = "/w/a_folder_with_a_name_of_some_length/and_one_more_below_it_to_fill_the_line/p.rego";

describe("rego eval", () => {
  it("names files as they were given, absolute paths too", async () => {
    const files = { "/w/bad.rego": "package x\n\np := y\n" };
    expect((await run(["rego", "eval", "-f", "pretty", "-d", "/w/bad.rego", "data"], { files })).err).toContain("/w/bad.rego:3: ");
    expect((await run(["rego", "eval", "-f", "pretty", "-d", "bad.rego", "data"], { files })).err).not.toContain("/w/bad.rego");
  });

  it("leaves folders that all files share out of places that are too wide", async () => {
    const explain = async (path: string) => {
      const { out } = await run(["rego", "eval", "-f", "pretty", "--explain", "full", "-d", path, "-I", "data.p.allow"], {
        files: { [deep]: policy, "/w/p.rego": policy },
        stdin: '["A"]',
      });
      return out.split("\n").find((line) => line.includes("Enter data.p.allow") && !line.startsWith("query"));
    };
    expect(await explain("/w/p.rego")).toBe("/w/p.rego:3     | Enter data.p.allow");
    expect(await explain(deep)).toBe("/w/...ome_length/and_one_more_below_it_to_fill_the_line/p.rego:3     | Enter data.p.allow");
  });

  it("profiles lines of source: times, evaluations, and how many expressions a line became", async () => {
    const args = ["rego", "eval", "--profile", "-d", "p.rego", "-I", "data.p.allow"];
    const { out } = await run(args, { files: { "/w/p.rego": policy }, stdin: '["x", "A"]' });
    const lines: readonly { readonly location: { readonly row: number; readonly col: number }; readonly [name: string]: unknown }[] =
      JSON.parse(out).profile;
    expect(lines.every((line) => typeof line["total_time_ns"] === "number")).toBe(true);
    expect(lines.find(({ location }) => location.row === 5)).toMatchObject({
      num_eval: 4,
      num_redo: 3,
      num_gen_expr: 2,
      location: { file: "p.rego", row: 5, col: 11 },
    });
  });
});
