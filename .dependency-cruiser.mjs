// The rules of the house about who may import whom. Each comment says what to do instead.
const layers = {
  src: ["base", "rego", "gatekeeper", "server", "cli"],
  "src/rego": ["source", "diagnostic", "values", "text", "types", "syntax", "builtins", "compile", "eval"],
  "src/gatekeeper": [
    "kube",
    "manifest",
    "match",
    "inventory",
    "external-data",
    "policy",
    "cel",
    "mutate",
    "expand",
    "state",
    "review",
    "audit",
    "verify",
  ],
};

// Facts about characters (quoting, bytes, digits): they know no value, and printing a value needs them.
const CHARACTERS = "^src/rego/text/(quote|bytes|decimal|unicode[a-z-]*([.]table)?)[.]ts$";

const downwards = Object.entries(layers).flatMap(([folder, order]) =>
  order.slice(0, -1).map((layer, at) => ({
    name: `${folder.replaceAll("/", "-")}-${layer}-imports-down`,
    severity: "error",
    comment: `Imports point down the list ${order.join(" < ")}: move the shared part below, or pass it in as a value.`,
    from: { path: `^${folder}/${layer}/` },
    to: { path: `^${folder}/(${order.slice(at + 1).join("|")})/`, pathNot: CHARACTERS },
  })),
);

const rooms = "rego|gatekeeper|server|cli";

export default {
  forbidden: [
    ...downwards,
    {
      name: "no-cycles",
      severity: "error",
      comment:
        "Two files that need each other are one idea or three: recurse through a context that is handed in. (Only rego/values is exempt: a set holds values and equality looks into sets; type-only cycles are harmless.)",
      from: { pathNot: "^src/rego/values/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "through-the-door",
      severity: "error",
      comment: "Import another room's index.ts (or one of rego's named doors) and add what you need to its list of exports.",
      from: { path: `^src/(${rooms})/` },
      to: {
        path: `^src/(${rooms})/`,
        pathNot: ["^src/$1/", "^src/[^/]+/index[.]ts$", "^src/(rego/(crypto|graphql)|gatekeeper/cel)[.]ts$", "^src/gatekeeper/cel[.]ts$"],
      },
    },
    {
      name: "nobody-imports-their-own-door",
      severity: "error",
      comment: "Inside a room, import the file that has the thing.",
      from: { path: `^src/(${rooms})/.+` },
      to: { path: "^src/$1/index[.]ts$" },
    },
    {
      name: "cores-are-pure",
      severity: "error",
      comment: "Clock, files, network and randomness come in as values or functions from the server or the CLI.",
      from: { path: "^src/(base|rego|gatekeeper)/", pathNot: "^src/rego/builtins/crypto/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "guests-use-doors",
      severity: "error",
      comment: "Conformance and bench see what a user sees: export it from the room's index.ts.",
      from: { path: "^(conformance|bench|examples)/" },
      to: {
        path: "^src/",
        pathNot: ["^src/[^/]+/index[.]ts$", "^src/(rego/(crypto|graphql)|gatekeeper/cel|server/parts)[.]ts$"],
      },
    },
    {
      name: "base-imports-nothing",
      severity: "error",
      comment: "base holds what needs no one: if it needs a library it belongs to a room.",
      from: { path: "^src/base/" },
      to: { pathNot: "^src/base/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
