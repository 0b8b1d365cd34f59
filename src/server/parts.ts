/** The door for those who run a part of the server by itself: the audit of a cluster without a process around it, an authority for a test server. */
export { KubeClient } from "./cluster/client.ts";
export { constraintResource } from "./cluster/kinds.ts";
export { makeTransport } from "./cluster/transport.ts";
export { issueServerCertificate, makeAuthority } from "./effects/certificates.ts";
export { keepHeapSmall } from "./effects/heap.ts";
export { installationOf } from "./installation.ts";
export { auditCluster } from "./loops/cluster-audit.ts";
export { PolicyStore } from "./policy-store.ts";
