/** Connects to the cluster that the command line and the surroundings name. */
import type { ServerConfig } from "../config.ts";
import { KubeClient } from "./client.ts";
import { loadKubeConfig, makeTransport } from "./transport.ts";

/** Returns a connection, or says that there is no cluster to connect to. */
export async function openClient(config: ServerConfig): Promise<KubeClient> {
  const kubeConfig = await loadKubeConfig(config.text("kubeconfig"));
  if (kubeConfig === undefined) throw new Error("no cluster was found: no in-cluster configuration and no --kubeconfig");
  return new KubeClient(await makeTransport(kubeConfig));
}
