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

package dev.lumoauth.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.spring.autoconfigure.LumoAuthAgentProperties.WorkloadIdentity;
import dev.lumoauth.spring.token.workload.PlatformTokenSource;
import dev.lumoauth.spring.token.workload.PlatformTokens;

/**
 * The known platforms, by the variables and files of this machine.
 *
 * @param properties how long to wait for an answer
 */
record PlatformsOfThisMachine(LumoAuthProperties properties) {

	/**
	 * Return the source of a platform's tokens.
	 * @param workload the platform and its settings
	 * @param audience the default audience of tokens
	 * @param properties the prefix of the properties, for messages
	 */
	PlatformTokenSource source(WorkloadIdentity workload, String audience, String properties) {
		PlatformTokens.Settings settings = new PlatformTokens.Settings(textOrNull(workload.getTokenFile()),
				textOrNull(workload.getTokenEnvironmentVariable()), textOrNull(workload.getAudience()), audience,
				this.properties.getConnectTimeout(), this.properties.getReadTimeout(), System::getenv, properties);
		WorkloadIdentity.Provider provider = workload.getProvider();
		return switch ((provider != null) ? provider : WorkloadIdentity.Provider.OIDC) {
			case KUBERNETES -> PlatformTokens.kubernetes(settings);
			case AZURE -> PlatformTokens.azure(settings);
			case AWS -> PlatformTokens.aws(settings);
			case GCP -> PlatformTokens.gcp(settings);
			case GITHUB -> PlatformTokens.github(settings);
			case SPIFFE -> PlatformTokens.spiffe(settings);
			case OIDC -> PlatformTokens.oidc(settings);
		};
	}

	/**
	 * Return a source for which a chat waits no longer than it may wait for LumoAuth.
	 */
	PlatformTokenSource within(PlatformTokenSource source) {
		return PlatformTokens.within(source, this.properties.getMaxWait());
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}
