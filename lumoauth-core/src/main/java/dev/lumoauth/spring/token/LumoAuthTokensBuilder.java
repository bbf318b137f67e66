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

package dev.lumoauth.spring.token;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.cache.TokenObservations;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.KeyBinding;
import dev.lumoauth.spring.token.grant.AgentAuthentication;
import dev.lumoauth.spring.token.grant.TokenRequests;

/**
 * Builder for an agent's tokens. See {@link LumoAuthTokens#builder()}.
 *
 * @since 0.1.0
 */
public final class LumoAuthTokensBuilder {

	/** In the order given. */
	Set<String> scopes = Set.of();

	TargetParameter targetParameter = TargetParameter.AUDIENCE;

	private boolean authenticateExchange = true;

	Clock clock = Clock.systemUTC();

	Executor executor = ForkJoinPool.commonPool();

	TokenObservations observations = TokenObservations.NONE;

	@Nullable SharedTokens sharedTokens;

	@Nullable Function<LumoAuthTokens, RefusedRequestHandler> refusedRequests;

	private String toCheck = "the client id and the credentials (with Spring Boot: lumoauth.client-id, "
			+ "lumoauth.client-secret and lumoauth.client-authentication-method)";

	@Nullable TokenProtocol protocol;

	private KeyBinding binding = KeyBinding.NONE;

	LumoAuthTokensBuilder() {
	}

	/**
	 * Set the scopes of the agent's own token.
	 * @param scopes the scopes; empty, as by default = all scopes of the agent
	 * @return this builder
	 */
	public LumoAuthTokensBuilder scopes(Set<String> scopes) {
		this.scopes = new LinkedHashSet<>(scopes);
		return this;
	}

	/**
	 * Set the parameter by which an exchange names its target.
	 * @param targetParameter the parameter; {@code audience} by default
	 * @return this builder
	 */
	public LumoAuthTokensBuilder targetParameter(TargetParameter targetParameter) {
		this.targetParameter = targetParameter;
		return this;
	}

	/**
	 * Set whether an exchange carries the agent's credentials.
	 * @param authenticateExchange {@code false} to send the client id only
	 * @return this builder
	 */
	public LumoAuthTokensBuilder authenticateExchange(boolean authenticateExchange) {
		this.authenticateExchange = authenticateExchange;
		return this;
	}

	/**
	 * Set the clock.
	 * @param clock the clock; the system's by default
	 * @return this builder
	 */
	public LumoAuthTokensBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Set the executor that renews tokens in the background.
	 * @param executor the executor; the common pool by default
	 * @return this builder
	 */
	public LumoAuthTokensBuilder executor(Executor executor) {
		this.executor = executor;
		return this;
	}

	/**
	 * Observe the fetching of tokens; off by default.
	 * @param registry supplies the registry, which may be created after the tokens
	 * @return this builder
	 */
	public LumoAuthTokensBuilder observations(Supplier<ObservationRegistry> registry) {
		this.observations = new TokenObservations(registry);
		return this;
	}

	/**
	 * Set the tokens that replicas share.
	 * @param sharedTokens the tokens; {@code null}, as by default = each replica has its
	 * own
	 * @return this builder
	 */
	public LumoAuthTokensBuilder sharedTokens(@Nullable SharedTokens sharedTokens) {
		this.sharedTokens = sharedTokens;
		return this;
	}

	/**
	 * Set who may have a refused request sent again.
	 * @param refusedRequests creates the handler, with the first such answer;
	 * {@code null}, as by default = nobody
	 * @return this builder
	 */
	public LumoAuthTokensBuilder refusedRequests(
			@Nullable Function<LumoAuthTokens, RefusedRequestHandler> refusedRequests) {
		this.refusedRequests = refusedRequests;
		return this;
	}

	/**
	 * Set what to check if LumoAuth does not accept the credentials.
	 * @param toCheck the names of the properties for the agent's identity, for the
	 * message. Without Spring Boot there are none
	 * @return this builder
	 */
	public LumoAuthTokensBuilder toCheck(String toCheck) {
		this.toCheck = toCheck;
		return this;
	}

	/**
	 * Set the proofs that the agent has the key to which its tokens are bound (RFC 9449).
	 * The connection to LumoAuth needs them too, by its
	 * {@link LumoAuthHttp.Builder#requestInterceptor}.
	 * @param proofs the agent's own proofs, not shared with another agent
	 * @param always {@code true} to bind all tokens; {@code false} to bind only those
	 * whose {@link TokenTarget} demands it
	 * @return this builder
	 */
	public LumoAuthTokensBuilder dpop(DPoPProofs proofs, boolean always) {
		return dpop(proofs, always, KeyBinding.DEFAULT_PREFIX);
	}

	/**
	 * Do the same for an agent with settings of its own.
	 * @param proofs the agent's own proofs, not shared with another agent
	 * @param always {@code true} to bind all tokens; {@code false} to bind only those
	 * whose {@link TokenTarget} demands it
	 * @param prefix the prefix of the agent's properties, for messages
	 * @return this builder
	 */
	public LumoAuthTokensBuilder dpop(DPoPProofs proofs, boolean always, String prefix) {
		this.binding = new KeyBinding(proofs, always, prefix);
		return this;
	}

	/**
	 * Set another protocol than the token exchange, which some servers use.
	 * @param protocol the protocol; {@code null}, as by default = none
	 * @return this builder
	 */
	public LumoAuthTokensBuilder protocol(@Nullable TokenProtocol protocol) {
		this.protocol = protocol;
		return this;
	}

	/**
	 * Build the tokens of an agent.
	 * @param http the connection to LumoAuth
	 * @param credentials the credentials of the agent
	 * @return the tokens
	 */
	public LumoAuthTokens build(LumoAuthHttp http, AgentCredentials credentials) {
		AgentAuthentication authentication = new AgentAuthentication(credentials, this.clock, this.toCheck);
		KeyBinding binding = (credentials instanceof OwnTokenCredentials own) ? binding(own) : this.binding;
		TokenRequests requests = new TokenRequests(http, credentials, authentication, this.authenticateExchange,
				binding);
		Set<String> scopes = this.scopes;
		OwnTokenSource own = new OwnTokenSource(credentials.grant(), scopes, thumbprint(credentials, binding),
				authentication, (shown) -> (shown instanceof OwnTokenCredentials current)
						? current.ownToken(http, scopes) : requests.own(scopes, shown));
		return new LumoAuthTokens(this, http, credentials, authentication, requests, own);
	}

	/**
	 * Credentials that get the token themselves look at their key each time: it may be
	 * another one.
	 */
	private static Supplier<@Nullable String> thumbprint(AgentCredentials credentials, KeyBinding binding) {
		if (!(credentials instanceof OwnTokenCredentials own)) {
			return () -> binding.jkt(false);
		}
		return () -> {
			DPoPProofs proofs = own.proofs();
			return (proofs != null) ? proofs.thumbprint() : null;
		};
	}

	private KeyBinding binding(OwnTokenCredentials credentials) {
		DPoPProofs proofs = credentials.proofs();
		if (proofs != null) {
			return new KeyBinding(proofs, true, this.binding.prefix());
		}
		Assert.state(!this.binding.always(), () -> "The credentials of the method '" + credentials.method().getValue()
				+ "' give bearer tokens: choose others, or leave out " + this.binding.property());
		return this.binding;
	}

}
