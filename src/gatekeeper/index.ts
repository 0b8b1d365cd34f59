/**
 * The door of the Gatekeeper room: templates, constraints, reviews and audits as pure decisions.
 * The walk: `readManifests` → `applyManifest` → `readReview` or `reviewOf` → `judgeReview` → `respond`.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/
 */
export {
  AuditReport,
  type AuditViolation,
  type ConstraintReport,
  cutMessage,
  DEFAULT_VIOLATIONS_LIMIT,
  violationOf,
} from "./audit/report.ts";
export { type AuditObject, type SweepOptions, type SweepReport, sweep } from "./audit/sweep.ts";
export { circularTemplates, type Expansion, type ExpansionContext, expandObject, type Resultant } from "./expand/expand.ts";
export { EXPANSION_GROUP, type ExpansionTemplate, isExpansionTemplate, readExpansionTemplate } from "./expand/template.ts";
export { answerExternalData, type ExternalDataAccess, type SendToProvider, type Sent } from "./external-data/answer.ts";
export { answerKey, EXTERNAL_DATA, type ExternalQuestion, externalDataBuiltin, readQuestion } from "./external-data/builtin.ts";
export { DEFAULT_TTL_SECONDS, ResponseCache } from "./external-data/cache.ts";
export { type ExternalItem, type ExternalResponse, readResponse, requestBody } from "./external-data/protocol.ts";
export { Inventory } from "./inventory/inventory.ts";
export type { AdmissionRequest, AdmissionResponse, AdmissionStatus, Gvr, Review, ReviewSource } from "./kube/admission.ts";
export type { NumberReading } from "./kube/go-text.ts";
export { type Gvk, groupVersionText, gvkOf, gvkText, isNamespace, splitApiVersion } from "./kube/gvk.ts";
export { apiVersionOf, fieldAt, fieldOf, type KubeObject, kindOf, labelsOf, nameOf, namespaceOf, stringAt } from "./kube/object.ts";
export { type LabelSelector, readSelector, selects } from "./kube/selector.ts";
export {
  CONFIG_GROUP,
  type Exclusion,
  type GatekeeperConfig,
  isConfig,
  isExcluded,
  type Process,
  readConfig,
  type TraceRequest,
  traceFor,
} from "./manifest/config.ts";
export { type Constraint, type ConstraintError, isConstraint } from "./manifest/constraint.ts";
export { CONSTRAINT_GROUP, constraintCrd } from "./manifest/constraint-crd.ts";
export { type DocumentError, type DocumentPlace, type Manifest, type ReadManifests, readManifests } from "./manifest/documents.ts";
export {
  AUDIT_POINT,
  actionsAt,
  checkEnforcement,
  type Enforcement,
  GATOR_POINT,
  VAP_POINT,
  WEBHOOK_POINT,
} from "./manifest/enforcement.ts";
export { decodeProblem, fieldProblem } from "./manifest/field-places.ts";
export { type FilePosition, locateInManifest, showPosition } from "./manifest/locate.ts";
export { isProvider, PROVIDER_GROUP, type Provider, readProvider } from "./manifest/provider.ts";
export { readSyncRequirements, requirementText, SYNC_ANNOTATION, type SyncRequirement } from "./manifest/sync-requirements.ts";
export { isSyncSet, readSyncSet, SYNC_SET_GROUP } from "./manifest/sync-set.ts";
export { isTemplate, type ReadTemplate, readTemplate, TEMPLATE_GROUP, type Template } from "./manifest/template.ts";
export { checkTemplateDefinition, type Installation, TARGET } from "./policy/compile-template.ts";
export type {
  ConstraintView,
  Engine,
  EngineCode,
  EngineName,
  EngineOptions,
  ExplainedPlace,
  Explanation,
  Judgement,
  PolicyViolation,
  SourceProblem,
  TemplatePolicy,
  World,
} from "./policy/engine.ts";
export { regoEngine } from "./policy/engines/rego.ts";
export { explainResult, type ResultExplanation } from "./review/explain.ts";
export { type JudgeOptions, judgeReview } from "./review/judge.ts";
export { checkOwnResource, isOwnGroup, type OwnResourceOptions, type Refusal } from "./review/own-resources.ts";
export { allow, appliedActions, refuse, respond } from "./review/respond.ts";
export { type ReadReview, type ReviewContext, readReview, reviewOf, reviewOfRequest } from "./review/review.ts";
export { policyDump, traceDump } from "./review/trace-dump.ts";
export { denies, type Result, type Stat, type StatsEntry, sortResults, type Verdict } from "./review/verdict.ts";
export {
  type Applied,
  type ApplyError,
  applyConstraint,
  applyManifest,
  applyTemplate,
  checkConstraint,
  removeManifest,
  syncedKinds,
  syncObject,
  unsyncObject,
} from "./state/apply.ts";
export {
  constraintsOf,
  emptyPolicySet,
  type LoadedConstraint,
  type LoadedTemplate,
  type PolicySet,
  templateOf,
} from "./state/policy-set.ts";
export { type BenchmarkObjects, type BenchmarkOptions, type BenchmarkResult, benchmarkObjects, runBenchmark } from "./verify/benchmark.ts";
export { impliedBy } from "./verify/case.ts";
export { placesOf, positionIn, type ReadFile, readMap } from "./verify/files.ts";
export { type Filter, readFilter } from "./verify/filter.ts";
export { type LoadError, type Loaded, loadManifests } from "./verify/load.ts";
export { directoryOf, joinPath } from "./verify/path.ts";
export { type CaseResult, type SuiteResult, suiteFailed, type TestResult, testFailed } from "./verify/result.ts";
export { runSuite, type SuiteFile } from "./verify/run.ts";
export { isSuite, readSuite, type Suite } from "./verify/suite.ts";
export { type SyncReport, testSync } from "./verify/sync-test.ts";
export { type ObjectResult, type ObjectsReport, type TestOptions, testObjects } from "./verify/test-objects.ts";
export type { RunWorld } from "./verify/world.ts";
