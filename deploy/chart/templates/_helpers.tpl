{{- define "portcullis.labels" -}}
gatekeeper.sh/system: "yes"
app: portcullis
release: {{ .Release.Name }}
heritage: {{ .Release.Service }}
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
- --log-level={{ .Values.logLevel }}
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
{{- end }}

{{- define "portcullis.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
runAsGroup: 999
runAsNonRoot: true
runAsUser: 1000
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Whether the certificates' secret is read as files. */}}
{{- define "portcullis.mountsCertificates" -}}
{{- if or .Values.externalCertInjection.enabled .Values.controllerManager.disableCertRotation .Values.controllerManager.clientCAName }}yes{{ end -}}
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
