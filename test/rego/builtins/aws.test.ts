import { describe, expect, it } from "vitest";
import { cryptoBuiltins } from "../../../src/rego/builtins/crypto/families.ts";
import type { PlainObject } from "../../../src/rego/values/value.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer, value } = callsOf(cryptoBuiltins);
const REQUEST: PlainObject = { method: "get", url: "https://examplebucket.s3.amazonaws.com/data" };
const CONFIG: PlainObject = {
  aws_access_key: "MYAWSACCESSKEYGOESHERE",
  aws_secret_access_key: "MYAWSSECRETACCESSKEYGOESHERE",
  aws_service: "s3",
  aws_region: "us-east-1",
};
const TIME = 1_451_606_400_000_000_000;

describe("signed requests", () => {
  it("carry the date, the body's digest and a signature over both", () => {
    const { headers } = value("providers.aws.sign_req", REQUEST, CONFIG, TIME) as { readonly headers: PlainObject };
    expect(headers).toMatchObject({ host: "examplebucket.s3.amazonaws.com", "x-amz-date": "20160101T000000Z" });
    expect(headers["x-amz-content-sha256"]).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(headers["Authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=MYAWSACCESSKEYGOESHERE\/20160101\/us-east-1\/s3\/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=[0-9a-f]{64}$/,
    );
  });

  it("differ when anything signed differs", () => {
    const sign = (config: PlainObject, time = TIME): unknown => value("providers.aws.sign_req", REQUEST, config, time);
    expect(sign(CONFIG)).toEqual(sign(CONFIG));
    expect(sign(CONFIG)).not.toEqual(sign({ ...CONFIG, aws_region: "eu-west-1" }));
    expect(sign(CONFIG)).not.toEqual(sign(CONFIG, TIME + 1e9));
  });

  it("need all credentials", () => {
    expect(answer("providers.aws.sign_req", REQUEST, {}, TIME)).toContain(
      'missing required AWS config parameters(s): {"aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"}',
    );
  });
});
