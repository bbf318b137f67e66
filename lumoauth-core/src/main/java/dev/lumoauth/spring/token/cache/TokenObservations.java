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

package dev.lumoauth.spring.token.cache;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.cache.TokenObservationContext.Outcome;
import dev.lumoauth.spring.token.cache.TokenObservationContext.Renewal;

/**
 * Observes the fetching of tokens as {@code lumoauth.token}. A token from memory is not
 * observed.
 */
public final class TokenObservations {

	/** Observes nothing. */
	public static final TokenObservations NONE = new TokenObservations(() -> ObservationRegistry.NOOP);

	private final Supplier<ObservationRegistry> registry;

	private final DefaultTokenObservationConvention convention = new DefaultTokenObservationConvention();

	/**
	 * Create observations.
	 * @param registry supplies the registry, which may be created after the tokens
	 */
	public TokenObservations(Supplier<ObservationRegistry> registry) {
		this.registry = registry;
	}

	TokenCacheEntry observe(String agent, TokenKey key, Renewal renewal, Supplier<TokenCacheEntry> fetch) {
		TokenObservationContext context = new TokenObservationContext(agent, key.grant(), key.target(), renewal);
		Observation observation = TokenObservationDocumentation.TOKEN.observation(null, this.convention, () -> context,
				this.registry.get());
		return observation.observe(() -> {
			context.setOutcome(Outcome.UNAVAILABLE);
			try {
				TokenCacheEntry token = fetch.get();
				context.setOutcome(Outcome.ISSUED);
				return token;
			}
			catch (LumoAuthDeniedException ex) {
				context.setOutcome(Outcome.DENIED);
				throw ex;
			}
		});
	}

}
