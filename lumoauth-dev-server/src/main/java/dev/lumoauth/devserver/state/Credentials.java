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

package dev.lumoauth.devserver.state;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.AgentProperties;
import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.config.WorkloadIdentityProperties;
import dev.lumoauth.devserver.jose.TrustedKeys;

/**
 * The credentials of an agent, from the configuration file or as changed by the admin
 * API. Thread-safe.
 *
 * @since 0.1.0
 */
public class Credentials {

	private static final int MAX_LENGTH = 256;

	private final AgentProperties settings;

	/** The current one is first. */
	private volatile List<String> secrets;

	private volatile @Nullable TrustedKeys keys;

	private volatile List<WorkloadIdentityProperties> workloadIdentities;

	private volatile @Nullable String accessPolicyDenial;

	Credentials(AgentProperties settings) {
		this.settings = settings;
		this.secrets = Stream.of(settings.clientSecret(), settings.previousClientSecret())
			.filter(Objects::nonNull)
			.toList();
		this.keys = TrustedKeys.of("agent '%s'".formatted(settings.clientId()), settings.jwks(), settings.jwksUri());
		this.workloadIdentities = settings.workloadIdentities();
		this.accessPolicyDenial = settings.accessPolicyDenial();
	}

	/**
	 * Returns whether the agent may authenticate in a way.
	 * @param method the way
	 * @return whether the configuration permits it, or keys were set later
	 */
	public boolean permit(AuthenticationMethod method) {
		return this.settings.authenticationMethods().contains(method) || (method == AuthenticationMethod.PRIVATE_KEY_JWT
				&& this.settings.jwks() == null && this.settings.jwksUri() == null && this.keys != null);
	}

	/**
	 * Returns the secrets that are valid.
	 * @return the current one first, and two at most
	 */
	public List<String> secrets() {
		return this.secrets;
	}

	/**
	 * Makes another secret the current one. The previous secret stays valid.
	 * @param secret 1 to 256 characters without control characters
	 * @throws IllegalArgumentException if the secret is not valid, or the agent has no
	 * secret
	 */
	public synchronized void replaceSecret(String secret) {
		requireSecret();
		if (secret.isBlank() || secret.length() > MAX_LENGTH || secret.chars().anyMatch(Character::isISOControl)) {
			throw new IllegalArgumentException(
					"a client secret is 1 to %d characters without control characters".formatted(MAX_LENGTH));
		}
		this.secrets = List.of(secret, this.secrets.get(0));
	}

	/**
	 * Makes the previous secret invalid.
	 * @throws IllegalArgumentException if the agent has no secret
	 */
	public synchronized void endPreviousSecret() {
		requireSecret();
		this.secrets = List.of(this.secrets.get(0));
	}

	private void requireSecret() {
		if (this.secrets.isEmpty()) {
			throw new IllegalArgumentException(
					"agent '%s' authenticates without a secret".formatted(this.settings.clientId()));
		}
	}

	/**
	 * Returns the keys that the agent's assertions are signed with.
	 * @return the public keys, or {@code null}
	 */
	public @Nullable TrustedKeys keys() {
		return this.keys;
	}

	public void setKeys(TrustedKeys keys) {
		this.keys = keys;
	}

	/**
	 * Returns the platform tokens that identify the agent.
	 * @return the workload identities
	 */
	public List<WorkloadIdentityProperties> workloadIdentities() {
		return this.workloadIdentities;
	}

	/**
	 * Returns the agent's name on its platform.
	 * @return the subject of its first workload identity, or {@code null}
	 */
	public @Nullable String workloadIdentity() {
		List<WorkloadIdentityProperties> identities = this.workloadIdentities;
		return identities.isEmpty() ? null : identities.get(0).subject();
	}

	public void setWorkloadIdentities(List<WorkloadIdentityProperties> workloadIdentities) {
		this.workloadIdentities = List.copyOf(workloadIdentities);
	}

	/**
	 * Returns why the agent's attestations are denied.
	 * @return a reason code, or {@code null} if they are not
	 */
	public @Nullable String accessPolicyDenial() {
		return this.accessPolicyDenial;
	}

	public void setAccessPolicyDenial(@Nullable String reason) {
		this.accessPolicyDenial = reason;
	}

}
