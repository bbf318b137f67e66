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
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The platform that says who the agent is. The properties of a named agent are
 * {@code lumoauth.agents.<name>.workload-identity.*}.
 *
 * @param provider Platform that the application runs on, or 'oidc' for another one.
 * @param mode How LumoAuth accepts the platform's token.
 * @param tokenFile File with the platform's token, by default where the platform puts it.
 * @param tokenEnvironmentVariable Environment variable with the platform's token.
 * @param audience Audience of the platform's token ('aud'), by default the address of
 * LumoAuth.
 * @since 0.1.0
 */
@ConfigurationProperties(WorkloadIdentityProperties.DEFAULT_AGENT)
public record WorkloadIdentityProperties(@Nullable Provider provider, @DefaultValue("exchange") Mode mode,
		@Nullable String tokenFile, @Nullable String tokenEnvironmentVariable, @Nullable String audience) {

	static final String NAME = "workload-identity";

	static final String DEFAULT_AGENT = "lumoauth." + NAME;

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
