/** What is installed, from the flags: the engines and what templates may do. */
import { compileSchemaRules, createCelEngine } from "../gatekeeper/cel.ts";
import { type Installation, regoEngine } from "../gatekeeper/index.ts";
import { cryptoBuiltins } from "../rego/crypto.ts";
import { graphqlBuiltins } from "../rego/graphql.ts";
import { pureBuiltins, tableOf } from "../rego/index.ts";
import { disabledBuiltins, type ServerConfig } from "./config.ts";

/** Returns the installation that the flags ask for. */
export function installationOf(config: ServerConfig): Installation {
  const rego = regoEngine(tableOf([...pureBuiltins.values()], cryptoBuiltins, graphqlBuiltins));
  return {
    engines: config.enabled("enable-k8s-native-validation") ? [createCelEngine(), rego] : [rego],
    rules: compileSchemaRules,
    options: {
      disabledBuiltins: disabledBuiltins(config),
      referential: config.enabled("enable-referential-rules"),
      externalData: config.enabled("enable-external-data"),
      print: false,
      defaultFailurePolicy: config.text("default-k8s-native-validation-failure-policy") === "Ignore" ? "Ignore" : "Fail",
    },
  };
}
