/** A template that cannot be parsed or executed, with Go's text. */
export class TemplateError extends Error {}
