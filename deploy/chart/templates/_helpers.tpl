{{- define "portcullis.labels" -}}
gatekeeper.sh/system: "yes"
app: portcullis
release: {{ .Release.Name }}
heritage: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "portcullis.controllerLabels" -}}
control-plane: controller-manager
gatekeeper.sh/operation: webhook
gatekeeper.sh/system: "yes"
{{- end }}

{{- define "portcullis.auditLabels" -}}
control-plane: audit-controller
gatekeeper.sh/operation: audit
gatekeeper.sh/system: "yes"
{{- end }}

{{/* Flags that both deployments have. */}}
{{- define "portcullis.commonArgs" -}}
- --log-level-key={{ .Values.logLevelKey }}
- --log-level-encoder={{ .Values.logLevelEncoder }}
{{- range .Values.disabledBuiltins }}
- --disable-opa-builtin={{ . }}
{{- end }}
- --enable-k8s-native-validation={{ .Values.enableK8sNativeValidation }}
- --enable-referential-rules={{ .Values.enableReferentialRules }}
- --default-k8s-native-validation-failure-policy={{ .Values.defaultK8sNativeValidationFailurePolicy }}
- --enable-external-data={{ .Values.enableExternalData }}
- --external-data-provider-response-cache-ttl={{ .Values.externaldataProviderResponseCacheTTL }}
- --validating-webhook-configuration-name={{ .Values.validatingWebhookName }}
{{- end }}

{{/* Flags of whoever generates ValidatingAdmissionPolicies. */}}
{{- define "portcullis.generateArgs" -}}
- --operation=generate
- --default-create-vap-for-templates={{ .Values.defaultCreateVAPForTemplates }}
- --default-create-vap-binding-for-constraints={{ .Values.defaultCreateVAPBindingForConstraints }}
- --sync-vap-enforcement-scope={{ .Values.syncVAPEnforcementScope }}
{{- end }}

{{- define "portcullis.exemptArgs" -}}
- --exempt-namespace={{ .Release.Namespace }}
{{- range .Values.controllerManager.exemptNamespaces }}
- --exempt-namespace={{ . }}
{{- end }}
{{- range .Values.controllerManager.exemptNamespacePrefixes }}
- --exempt-namespace-prefix={{ . }}
{{- end }}
{{- range .Values.controllerManager.exemptNamespaceSuffixes }}
- --exempt-namespace-suffix={{ . }}
{{- end }}
{{- end }}

{{- define "portcullis.env" -}}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- with .Values.extraEnvs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "portcullis.seccomp" -}}
{{- if .Values.enableRuntimeDefaultSeccompProfile }}
seccompProfile:
  type: RuntimeDefault
{{- end }}
{{- end }}

{{/* Whether the certificates' secret is read as files. */}}
{{- define "portcullis.mountsCertificates" -}}
{{- if or .Values.externalCertInjection.enabled .Values.controllerManager.disableCertRotation .Values.controllerManager.clientCAName }}yes{{ end -}}
{{- end }}

{{/* Whether the controllers answer the API server. */}}
{{- define "portcullis.answers" -}}
{{- if not (or .Values.disableValidatingWebhook .Values.controllerManager.disableWebhookOperation) }}yes{{ end -}}
{{- end }}

{{- define "portcullis.podPlacement" -}}
hostNetwork: {{ .hostNetwork }}
dnsPolicy: {{ .dnsPolicy }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
nodeSelector:
  {{- toYaml .nodeSelector | nindent 2 }}
tolerations:
  {{- toYaml .tolerations | nindent 2 }}
affinity:
  {{- toYaml .affinity | nindent 2 }}
topologySpreadConstraints:
  {{- toYaml .topologySpreadConstraints | nindent 2 }}
{{- end }}

{{/* Values of Gatekeeper's chart that change nothing here, by the reason. */}}
{{- define "portcullis.ignored" -}}
"this chart runs no jobs; the guide for migrating says what to do instead":
  - upgradeCRDs
  - preInstall
  - postInstall
  - postUpgrade
  - preUninstall
  - crds
  - image.crdRepository
"mutation is not served":
  - mutatingWebhookName
  - mutatingWebhookFailurePolicy
  - mutatingWebhookReinvocationPolicy
  - mutatingWebhookAnnotations
  - mutatingWebhookExemptNamespacesLabels
  - mutatingWebhookObjectSelector
  - mutatingWebhookMatchConditions
  - mutatingWebhookTimeoutSeconds
  - mutatingWebhookCustomRules
  - mutatingWebhookSubResources
  - mutatingWebhookURL
  - mutatingWebhookScope
  - additionalMutatingWebhookConfigsToRotateCerts
  - mutationAnnotations
  - logMutations
"violations are not exported":
  - exportBackend
  - audit.connection
  - audit.channel
  - audit.exportConnection
  - audit.exportVolume
  - audit.exportVolumeMount
  - audit.exportSidecar
  - audit.disableAuditSidecar
"metrics are served for Prometheus, on one port":
  - metricsAddr
  - otlpEndpoint
  - otlpMetricInterval
  - stackdriverOnlyWhenAvailable
  - stackdriverMetricInterval
"the audit writes no files and makes no certificates":
  - audit.writeToRAMDisk
  - audit.apiCacheDir
  - audit.disableCertRotation
"a binding is written right after its policy":
  - defaultWaitForVAPBGeneration
"readiness waits for what exists at the start to be looked at, whatever came of it":
  - readinessRetries
"this is no program of Go":
  - enablePprof
  - pprofPort
"Gatekeeper's chart does not use it either":
  - audit.extraRules
  - resources
  - nodeSelector
"the names of objects are fixed":
  - nameOverride
  - fullnameOverride
"Kubernetes has no PodSecurityPolicies any more":
  - psp
{{- end }}
