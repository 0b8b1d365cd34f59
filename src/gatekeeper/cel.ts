/**
 * The door beside the door for the CEL engine: its grammar and libraries take a while to load, and a run whose templates have no CEL in them
 * need not wait for that. https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */
export { createCelEngine } from "./cel/engine.ts";
