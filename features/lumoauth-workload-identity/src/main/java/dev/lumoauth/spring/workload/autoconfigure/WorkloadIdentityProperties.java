/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.workload.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The platform that says who the agent is. The properties of a named agent are
 * {@code lumoauth.agents.<name>.workload-identity.*}.
 *
 * @since 0.1.0
 */
@ConfigurationProperties(WorkloadIdentityProperties.DEFAULT_AGENT)
public class WorkloadIdentityProperties {

	static final String NAME = "workload-identity";

	static final String DEFAULT_AGENT = "lumoauth." + NAME;

	/**
	 * Platform that the application runs on, or 'oidc' for another one.
	 */
	private @Nullable Provider provider;

	/**
	 * How LumoAuth accepts the platform's token.
	 */
	private Mode mode = Mode.EXCHANGE;

	/**
	 * File with the platform's token. When not set, the file where the platform puts the
	 * token.
	 */
	private @Nullable String tokenFile;

	/**
	 * Environment variable with the platform's token.
	 */
	private @Nullable String tokenEnvironmentVariable;

	/**
	 * Audience of the platform's token ('aud'), if the platform lets the application
	 * choose it. When not set, the address of LumoAuth.
	 */
	private @Nullable String audience;

	public @Nullable Provider getProvider() {
		return this.provider;
	}

	public void setProvider(@Nullable Provider provider) {
		this.provider = provider;
	}

	public Mode getMode() {
		return this.mode;
	}

	public void setMode(Mode mode) {
		this.mode = mode;
	}

	public @Nullable String getTokenFile() {
		return this.tokenFile;
	}

	public void setTokenFile(@Nullable String tokenFile) {
		this.tokenFile = tokenFile;
	}

	public @Nullable String getTokenEnvironmentVariable() {
		return this.tokenEnvironmentVariable;
	}

	public void setTokenEnvironmentVariable(@Nullable String tokenEnvironmentVariable) {
		this.tokenEnvironmentVariable = tokenEnvironmentVariable;
	}

	public @Nullable String getAudience() {
		return this.audience;
	}

	public void setAudience(@Nullable String audience) {
		this.audience = audience;
	}

	/**
	 * A platform.
	 */
	public enum Provider {

		/**
		 * A projected service account token.
		 */
		KUBERNETES("kubernetes"),

		/**
		 * Microsoft Entra: workload identity, or a managed identity.
		 */
		AZURE("azure"),

		/**
		 * Amazon EKS: IAM roles for service accounts, or the pod identity agent.
		 */
		AWS("aws"),

		/**
		 * Google Cloud's metadata server.
		 */
		GCP("gcp"),

		/**
		 * GitHub Actions.
		 */
		GITHUB("oidc"),

		/**
		 * A JWT-SVID.
		 */
		SPIFFE("oidc"),

		/**
		 * Any other platform, by a file, an environment variable or a bean.
		 */
		OIDC("oidc");

		private final String subjectIssuer;

		Provider(String subjectIssuer) {
			this.subjectIssuer = subjectIssuer;
		}

		/**
		 * Return LumoAuth's name of the platform.
		 */
		String subjectIssuer() {
			return this.subjectIssuer;
		}

	}

	/**
	 * How LumoAuth accepts the platform's token.
	 */
	public enum Mode {

		/**
		 * In exchange for the agent's own (RFC 8693).
		 */
		EXCHANGE,

		/**
		 * As an attestation of the agent: {@code agents/{agentId}/attest}.
		 */
		ATTEST

	}

}
