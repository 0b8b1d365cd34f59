/** Writes a duration as Go does: `1.5ms`, `2m3.04s`. https://pkg.go.dev/time#Duration.String */

/** Returns the text of a number of nanoseconds. */
export function goDuration(nanos: number): string {
  const whole = Math.trunc(nanos);
  if (whole === 0) return "0s";
  if (whole < 1e3) return `${whole}ns`;
  if (whole < 1e6) return `${whole / 1e3}µs`;
  if (whole < 1e9) return `${whole / 1e6}ms`;
  const minutes = Math.floor(whole / 60e9);
  const seconds = `${(whole - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}
