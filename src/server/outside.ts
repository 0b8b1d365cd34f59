/**
 * Answers what policies ask of the outside: HTTP requests, DNS look-ups, external data. One function per builtin; a question nobody knows is
 * answered with an error, which the builtin reports.
 */
import { answerExternalData, EXTERNAL_DATA, type ExternalDataAccess, readQuestion } from "../gatekeeper/index.ts";
import type { AnswerOutside } from "../rego/index.ts";

// The HTTP client takes tens of milliseconds to load, and most policies never ask: the effects are loaded at the first question.
/** Answers a policy's questions; with `externalData` those about providers too. */
export function outsideAnswers(externalData?: ExternalDataAccess): AnswerOutside {
  return async (request) => {
    switch (request.builtin) {
      case "http.send":
        return await (await import("./effects/http-send.ts")).performHttpSend(request);
      case "net.lookup_ip_addr":
        return await (await import("./effects/dns.ts")).lookUpAddresses(request);
      case EXTERNAL_DATA: {
        const question = readQuestion(request.operands[0] ?? null);
        if (externalData === undefined || question === undefined) return new Error(`${EXTERNAL_DATA} has no providers here`);
        return await answerExternalData(question, externalData);
      }
      default:
        return new Error(`nobody answers ${request.builtin}`);
    }
  };
}
