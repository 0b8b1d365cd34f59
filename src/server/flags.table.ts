/**
 * The flags of `serve`: Gatekeeper's own with their names, types and defaults, and ours for running without a cluster. `accepted` marks what is
 * read and has no effect here, with the reason beside it, so that existing manifests start unchanged.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/
 */

/** How a flag's value is written: as Go's flag package reads it. `list` may be repeated or separated by commas. */
type FlagKind = "string" | "int" | "bool" | "duration" | "list" | "repeated";

/** One flag. */
export interface Flag {
  readonly name: string;
  readonly kind: FlagKind;
  readonly initial: string | number | boolean | readonly string[];
  readonly meaning: string;
  /** Why the flag is read and has no effect. */
  readonly accepted?: string;
}

const flag = (name: string, kind: FlagKind, initial: Flag["initial"], meaning: string, accepted?: string): Flag => ({
  name,
  kind,
  initial,
  meaning,
  ...(accepted === undefined ? {} : { accepted }),
});

/** Every flag, by purpose. */
// biome-ignore format: table
export const FLAGS = [
  flag("policies", "repeated", [], "folder or file of templates, constraints and configuration; runs without a cluster"),
  flag("objects", "repeated", [], "folder or file of Kubernetes objects to audit and to sync; runs without a cluster"),
  flag("operation", "list", [], "webhook, audit, status, generate, mutation-webhook, mutation-status, mutation-controller; all when not given"),
  flag("kubeconfig", "string", "", "path of a kubeconfig; in a pod its service account is used"),

  flag("port", "int", 8443, "port of the webhook"),
  flag("host", "string", "", "address the webhook listens on; all when empty"),
  flag("cert-dir", "string", "/certs", "folder with tls.crt and tls.key"),
  flag("cert-service-name", "string", "gatekeeper-webhook-service", "service the serving certificate is for"),
  flag("disable-cert-rotation", "bool", false, "leave certificates to somebody else"),
  flag("tls-min-version", "string", "1.3", "lowest TLS version: 1.0, 1.1, 1.2 or 1.3"),
  flag("client-ca-name", "string", "", "file in cert-dir with the authority of client certificates"),
  flag("client-cn-name", "string", "kube-apiserver", "common name a client certificate must have"),
  flag("enable-tls-healthcheck", "bool", false, "make /healthz look at the served certificate too"),
  flag("health-addr", "string", ":9090", "address of /healthz and /readyz"),
  flag("prometheus-port", "int", 8888, "port of /metrics; 0 = only on the health port"),
  flag("shutdown-delay", "int", 10, "seconds to go on serving after SIGTERM"),
  flag("max-serving-threads", "int", -1, "reviews under way at once; below 1 = no bound but the queue"),
  flag("review-threads", "int", 0, "threads that review beside the one with the connections, each with policies and objects of its own"),
  flag("max-queue", "int", 1000, "reviews that may wait; more are refused at once"),

  flag("log-level", "string", "INFO", "DEBUG, INFO, WARNING or ERROR"),
  flag("log-level-key", "string", "level", "key of the level in a log line"),
  flag("log-level-encoder", "string", "lower", "lower, capital, color or capitalcolor"),
  flag("log-file", "string", "", "file that log lines are appended to"),
  flag("log-denies", "bool", false, "log every violation found at admission"),
  flag("log-stats-admission", "bool", false, "log what each admission review cost"),
  flag("log-stats-audit", "bool", false, "log what each audit review cost"),
  flag("emit-admission-events", "bool", false, "make an Event of each violation at admission"),
  flag("admission-events-involved-namespace", "bool", false, "put those Events into the object's namespace"),
  flag("emit-audit-events", "bool", false, "make an Event of each violation found by audit"),
  flag("audit-events-involved-namespace", "bool", false, "put those Events into the object's namespace"),

  flag("audit-interval", "int", 60, "seconds between audits; 0 = none"),
  flag("constraint-violations-limit", "int", 20, "violations kept in a constraint's status"),
  flag("audit-chunk-size", "int", 500, "objects a page when listing; 0 = all at once"),
  flag("audit-from-cache", "bool", false, "audit the synced objects instead of listing"),
  flag("audit-match-kind-only", "bool", false, "list only kinds that some constraint names"),

  flag("exempt-namespace", "repeated", [], "namespace that may carry the ignore label"),
  flag("exempt-namespace-prefix", "repeated", [], "prefix of such namespaces"),
  flag("exempt-namespace-suffix", "repeated", [], "suffix of such namespaces"),
  flag("disable-enforcementaction-validation", "bool", false, "accept unknown enforcement actions at admission"),
  flag("validating-webhook-configuration-name", "string", "gatekeeper-validating-webhook-configuration", "configuration that gets the caBundle"),
  flag("mutating-webhook-configuration-name", "string", "gatekeeper-mutating-webhook-configuration", "configuration that gets the caBundle"),
  flag("additional-validating-webhook-configs-to-rotate-certs", "list", [], "more configurations that get the caBundle"),
  flag("additional-mutating-webhook-configs-to-rotate-certs", "list", [], "more configurations that get the caBundle"),

  flag("disable-opa-builtin", "repeated", [], "builtin that templates may not call; {http.send} and http.send both work"),
  flag("enable-referential-rules", "bool", true, "let templates read data.inventory"),
  flag("enable-k8s-native-validation", "bool", true, "evaluate CEL in templates"),
  flag("default-k8s-native-validation-failure-policy", "string", "Fail", "what a CEL error means where a template does not say: Fail or Ignore"),
  flag("default-create-vap-for-templates", "bool", true, "generate ValidatingAdmissionPolicies"),
  flag("default-create-vap-binding-for-constraints", "bool", true, "generate their bindings"),
  flag("sync-vap-enforcement-scope", "bool", true, "give generated policies the webhook's scope"),
  flag("enable-external-data", "bool", true, "let templates ask providers"),
  flag("external-data-provider-response-cache-ttl", "duration", "3m", "how long answers of providers are kept; 0 = not at all"),

  flag("default-wait-for-vapb-generation", "int", 30, "", "a binding is written right after its policy"),
  flag("readiness-retries", "int", 0, "", "readiness waits for what exists at start to be looked at, whatever came of it"),
  flag("enable-generator-resource-expansion", "bool", true, "", "expansion is not served yet"),
  flag("enable-mutation", "bool", false, "", "has had no effect in the original for long"),
  flag("log-mutations", "bool", false, "", "mutation is not served yet"),
  flag("mutation-annotations", "bool", false, "", "mutation is not served yet"),
  flag("enable-violation-export", "bool", false, "", "export is not served yet"),
  flag("enable-admission-violation-export", "bool", false, "", "export is not served yet"),
  flag("audit-connection", "string", "audit-connection", "", "export is not served yet"),
  flag("audit-channel", "string", "audit-channel", "", "export is not served yet"),
  flag("api-cache-dir", "string", "/tmp/audit", "", "audit keeps one page in memory and writes no files"),
  flag("metrics-backend", "list", [], "", "metrics are served for Prometheus; other backends scrape that"),
  flag("metrics-addr", "string", "0", "", "the one metrics endpoint is --prometheus-port"),
  flag("otlp-endpoint", "string", "", "", "metrics are served for Prometheus"),
  flag("otlp-metric-interval", "duration", "10s", "", "metrics are served for Prometheus"),
  flag("stackdriver-only-when-available", "bool", false, "", "metrics are served for Prometheus"),
  flag("stackdriver-metric-interval", "duration", "10s", "", "metrics are served for Prometheus"),
  flag("enable-pprof", "bool", false, "", "use node --inspect"),
  flag("pprof-port", "int", 6060, "", "use node --inspect"),
  flag("logtostderr", "bool", true, "", "logs always go to standard error"),
  flag("alsologtostderr", "bool", false, "", "logs always go to standard error"),
  flag("stderrthreshold", "string", "2", "", "logs always go to standard error"),
  flag("log_dir", "string", "", "", "use --log-file"),
  flag("log_link", "string", "", "", "use --log-file"),
  flag("logbuflevel", "int", 0, "", "lines are written at once"),
  flag("log_backtrace_at", "string", "", "", "there are no lines of Go here"),
  flag("v", "string", "0", "", "use --log-level"),
  flag("vmodule", "string", "", "", "use --log-level"),
  flag("debug-use-fake-pod", "bool", false, "run outside a cluster: the pod is called no-pod"),
  flag("enable-remote-cluster", "bool", false, "", "one API server holds both Gatekeeper's objects and the policies' objects"),
] as const satisfies readonly Flag[];
