/** Extended key usages: Go's numbers for them, by object identifier and by the names that OPA's options use. */

/** Numbers by object identifier. */
export const EXTENDED_USAGES: ReadonlyMap<string, number> = new Map([
  ["2.5.29.37.0", 0],
  ["1.3.6.1.5.5.7.3.1", 1],
  ["1.3.6.1.5.5.7.3.2", 2],
  ["1.3.6.1.5.5.7.3.3", 3],
  ["1.3.6.1.5.5.7.3.4", 4],
  ["1.3.6.1.5.5.7.3.5", 5],
  ["1.3.6.1.5.5.7.3.6", 6],
  ["1.3.6.1.5.5.7.3.7", 7],
  ["1.3.6.1.5.5.7.3.8", 8],
  ["1.3.6.1.5.5.7.3.9", 9],
  ["1.3.6.1.4.1.311.10.3.3", 10],
  ["2.16.840.1.113730.4.1", 11],
  ["1.3.6.1.4.1.311.2.1.22", 12],
  ["1.3.6.1.4.1.311.61.1.1", 13],
]);

/** Numbers by name. */
export const USAGE_NAMES: ReadonlyMap<string, number> = new Map(
  [
    "KeyUsageAny",
    "KeyUsageServerAuth",
    "KeyUsageClientAuth",
    "KeyUsageCodeSigning",
    "KeyUsageEmailProtection",
    "KeyUsageIPSECEndSystem",
    "KeyUsageIPSECTunnel",
    "KeyUsageIPSECUser",
    "KeyUsageTimeStamping",
    "KeyUsageOCSPSigning",
    "KeyUsageMicrosoftServerGatedCrypto",
    "KeyUsageNetscapeServerGatedCrypto",
    "KeyUsageMicrosoftCommercialCodeSigning",
    "KeyUsageMicrosoftKernelCodeSigning",
  ].map((name, number) => [name, number] as const),
);

/** Any usage. */
export const ANY_USAGE = 0;

/** What is asked for when nothing is. */
export const SERVER_AUTH = 1;
