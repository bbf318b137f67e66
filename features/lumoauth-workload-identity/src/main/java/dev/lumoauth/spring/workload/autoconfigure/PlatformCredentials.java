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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.FeatureCredentials;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.workload.PlatformTokenSource;
import dev.lumoauth.spring.workload.PlatformTokens;
import dev.lumoauth.spring.workload.WorkloadCredentials;

/**
 * The credentials of agents whose platform says who they are, by the variables and files
 * of this machine.
 *
 * @param environment the properties of the agents' platforms
 * @param properties how long to wait for an answer
 * @param own the application's own source of its platform's tokens
 */
record PlatformCredentials(Environment environment, LumoAuthProperties properties,
		ObjectProvider<PlatformTokenSource> own) implements FeatureCredentials {

	/**
	 * A token of the platform, which LumoAuth exchanges or uses as an attestation:
	 * neither client id nor secret is sent.
	 */
	private static final ClientAuthenticationMethod EXCHANGE = new ClientAuthenticationMethod("workload_identity");

	/** A token of the platform as the assertion (RFC 7523). */
	private static final ClientAuthenticationMethod ASSERTION = new ClientAuthenticationMethod("client_assertion");

	@Override
	public String choice() {
		return WorkloadIdentityProperties.NAME + ".provider";
	}

	@Override
	public boolean areFor(String prefix, LumoAuthAgentProperties agent) {
		ClientAuthenticationMethod method = agent.chosenAuthentication();
		if (method != null) {
			return method.equals(EXCHANGE) || method.equals(ASSERTION);
		}
		WorkloadIdentityProperties workload = workload(prefix);
		return workload.provider() != null || StringUtils.hasText(workload.tokenFile())
				|| StringUtils.hasText(workload.tokenEnvironmentVariable());
	}

	@Override
	public List<String> secrets(String prefix) {
		String variable = workload(prefix).tokenEnvironmentVariable();
		String token = StringUtils.hasText(variable) ? System.getenv(variable) : null;
		return StringUtils.hasText(token) ? List.of(token) : List.of();
	}

	private WorkloadIdentityProperties workload(String prefix) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(prefix + "." + WorkloadIdentityProperties.NAME,
				'.');
		return Binder.get(this.environment)
			.bindOrCreate(name, Bindable.of(WorkloadIdentityProperties.class), BindHandler.DEFAULT);
	}

	private static ClientAuthenticationMethod method(LumoAuthAgentProperties agent) {
		ClientAuthenticationMethod method = agent.chosenAuthentication();
		return (method != null) ? method : EXCHANGE;
	}

	@Override
	public AgentCredentials create(String prefix, String clientId, LumoAuthAgentProperties agent, String issuer) {
		WorkloadIdentityProperties workload = workload(prefix);
		PlatformTokenSource own = this.own.getIfAvailable();
		PlatformTokenSource source = PlatformTokens.within(
				(own != null) ? own : source(workload, issuer, prefix + "." + WorkloadIdentityProperties.NAME),
				this.properties.maxWait());
		if (method(agent).equals(ASSERTION)) {
			return WorkloadCredentials.assertion(clientId, source::token);
		}
		if (workload.mode() == WorkloadIdentityProperties.Mode.ATTEST) {
			return WorkloadCredentials.attestation(clientId, source::token, clientId);
		}
		return WorkloadCredentials.exchange(clientId, source::token, provider(workload).subjectIssuer());
	}

	private PlatformTokenSource source(WorkloadIdentityProperties workload, String audience, String properties) {
		PlatformTokens.Settings settings = new PlatformTokens.Settings(textOrNull(workload.tokenFile()),
				textOrNull(workload.tokenEnvironmentVariable()), textOrNull(workload.audience()), audience,
				this.properties.connectTimeout(), this.properties.readTimeout(), System::getenv, properties);
		return switch (provider(workload)) {
			case KUBERNETES -> PlatformTokens.kubernetes(settings);
			case AZURE -> PlatformTokens.azure(settings);
			case AWS -> PlatformTokens.aws(settings);
			case GCP -> PlatformTokens.gcp(settings);
			case GITHUB -> PlatformTokens.github(settings);
			case SPIFFE -> PlatformTokens.spiffe(settings);
			case OIDC -> PlatformTokens.oidc(settings);
		};
	}

	private static WorkloadIdentityProperties.Provider provider(WorkloadIdentityProperties workload) {
		WorkloadIdentityProperties.Provider provider = workload.provider();
		return (provider != null) ? provider : WorkloadIdentityProperties.Provider.OIDC;
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

	@Override
	public void check(String prefix, LumoAuthAgentProperties agent, ConfigurationProblems problems) {
		WorkloadIdentityProperties workload = workload(prefix);
		String property = prefix + "." + WorkloadIdentityProperties.NAME;
		if (agent.dpop().enabled() && method(agent).equals(EXCHANGE)
				&& workload.mode() == WorkloadIdentityProperties.Mode.ATTEST) {
			problems.add(
					prefix + ".dpop.enabled is true and " + property + ".mode is attest, but LumoAuth's attestation "
							+ "gives bearer tokens.",
					"Set " + property + ".mode=exchange, or remove " + prefix + ".dpop.enabled.");
		}
		if (this.own.getIfAvailable() == null) {
			check(prefix, property, agent, workload, problems);
		}
	}

	private static void check(String prefix, String property, LumoAuthAgentProperties agent,
			WorkloadIdentityProperties workload, ConfigurationProblems problems) {
		if (workload.provider() == null) {
			ClientAuthenticationMethod method = agent.chosenAuthentication();
			problems.add(
					((method != null)
							? prefix + ".client-authentication-method is " + method.getValue().replace('_', '-')
							: property + " says where a token is") + ", but " + property + ".provider is missing.",
					"Set " + property + ".provider to the platform that the application runs on, or define a bean of "
							+ "the type PlatformTokenSource.");
		}
		boolean file = StringUtils.hasText(workload.tokenFile());
		boolean variable = StringUtils.hasText(workload.tokenEnvironmentVariable());
		if (file && variable) {
			problems.add(property + ".token-file and " + property + ".token-environment-variable are both set.",
					"Remove one of them.");
		}
		if (workload.provider() == WorkloadIdentityProperties.Provider.OIDC && !file && !variable) {
			problems.add(property + ".provider is oidc, but nothing says where its token is.",
					"Set " + property + ".token-file or " + property + ".token-environment-variable, or define a bean "
							+ "of the type PlatformTokenSource.");
		}
	}

}
