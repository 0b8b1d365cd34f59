module portcullis.test/opa-rival

go 1.24.0

require github.com/open-policy-agent/opa v1.19.0
