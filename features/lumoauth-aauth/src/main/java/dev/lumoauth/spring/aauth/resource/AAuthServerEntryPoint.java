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

package dev.lumoauth.spring.aauth.resource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.web.server.ServerWebExchange;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.resource.RequestAuthenticator.PresentedCaller;

/**
 * Tells callers without an auth token how to get one, like {@link AAuthEntryPoint}, for
 * reactive applications. For the application's security configuration; see
 * {@link AAuthWebFilter}.
 *
 * @since 0.1.0
 */
public final class AAuthServerEntryPoint implements ServerAuthenticationEntryPoint {

	/**
	 * The attribute of an exchange with the caller who has signed it without an auth
	 * token.
	 */
	static final String CALLER = AAuthWebFilter.class.getName() + ".CALLER";

	private static final Log logger = LogFactory.getLog(AAuthServerEntryPoint.class);

	private final AAuthResource resource;

	/**
	 * Create the entry point.
	 * @param resource the service
	 */
	public AAuthServerEntryPoint(AAuthResource resource) {
		this.resource = resource;
	}

	@Override
	public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException reason) {
		// The key may have to be read.
		return Mono.fromCallable(() -> refusal(exchange))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((refusal) -> RefusedExchange.write(refusal, exchange.getResponse()));
	}

	private Refusal refusal(ServerWebExchange exchange) {
		try {
			return this.resource
				.challenge((exchange.getAttribute(CALLER) instanceof PresentedCaller caller) ? caller : null);
		}
		catch (LumoAuthUnavailableException ex) {
			logger.warn("An agent can't be given a resource token: " + ex.getMessage());
			return Refusal.UNAVAILABLE;
		}
	}

}
