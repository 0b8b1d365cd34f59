/** The door of the server room: the webhook, audit and controllers as one program, and what commands borrow from its edge. */
import { outsideAnswers } from "./outside.ts";

export { loadKubeConfig } from "./cluster/transport.ts";
export { startCluster } from "./cluster.ts";
export { type ReadConfig, readServerConfig, type ServerConfig, serveHelp, usesFolders } from "./config.ts";
export { makeLogger } from "./effects/log.ts";
export { type RunningServer, type ServerOutput, startEmbedded } from "./embedded.ts";

/** Answers what a policy asks of the outside on behalf of a command: HTTP and DNS, no providers. */
export const answerOutside = outsideAnswers();
